"""A folder of 200 mixed documents in five languages, some of them broken, and 20 questions about it.

Made from the texts below: the topics that are asked about, in their own words and not in those of the questions, and
the paper that fills every office's folders.
"""

from __future__ import annotations

import json
import random

from tests.sandbox import documents

TOPICS = {
    "returns": ("en", "Goods that do not please may be sent back within thirty days of delivery. We reimburse the full "
        "price to the card you paid with, as long as the parcel arrives unopened. Postage is borne by the customer."),
    "passwords": ("en", "Credentials must hold at least fourteen characters and be changed when a leak is suspected. "
        "Never reuse a passphrase on two systems. A hardware token is mandatory for administrators."),
    "coffee": ("en", "To descale the espresso machine, dissolve one sachet of citric acid in the tank, run half of it "
        "through, wait twenty minutes, then rinse twice with fresh water. Do this every two months."),
    "leave": ("en", "Every employee is entitled to twenty-eight days of paid annual leave. Up to five unused days may "
        "be carried into the following year. Requests go to the line manager two weeks ahead."),
    "bees": ("en", "In early spring the colony rears new brood, and the beekeeper checks whether the stores of honey "
        "will last. A weak hive is united with a strong one; the queen is marked with a dot of paint."),
    "volcano": ("en", "When magma rises beneath the caldera, small earthquakes multiply and the ground swells by a few "
        "centimetres. Geologists watch both to warn the villages before ash and lava come."),
    "bicycle": ("en", "If the chain skips under load, the cassette is worn. Remove the rear wheel, loosen the lockring "
        "with a chain whip, and fit new sprockets together with a new chain."),
    "mortgage": ("en", "A fixed-rate home loan keeps the monthly instalment unchanged for ten years. Early repayment "
        "of more than five percent of the balance in a year costs a penalty."),
    "versicherung": ("de", "Die Hausratversicherung ersetzt Möbel und Kleidung, die durch Feuer, Leitungswasser oder "
        "Einbruch zerstört oder gestohlen wurden. Ein Fahrradschloss aus Stahl ist Bedingung für Fahrräder."),
    "brot": ("de", "Für das Sauerteigbrot wird der Anstellgut am Abend mit Roggenmehl und lauwarmem Wasser gefüttert. "
        "Am Morgen knetet man den Teig, lässt ihn vier Stunden gehen und backt ihn bei 240 Grad."),
    "heizung": ("de", "Wird ein Heizkörper oben nicht warm, ist Luft im System. Mit dem Entlüftungsschlüssel das "
        "Ventil öffnen, bis Wasser kommt, dann den Druck der Anlage prüfen und nachfüllen."),
    "vin": ("fr", "Les vendanges commencent à la mi-septembre. Les raisins sont triés à la main, foulés, puis le moût "
        "fermente douze jours dans des cuves en inox avant l'élevage en fûts de chêne."),
    "metro": ("fr", "Le titre de transport mensuel coûte quatre-vingt-six euros et permet de voyager dans toutes les "
        "zones. Il se recharge sur téléphone ou aux guichets automatiques des stations."),
    "chat": ("fr", "Le vétérinaire recommande de vacciner le chaton à huit semaines, de le vermifuger chaque mois et "
        "de le stériliser vers six mois pour éviter les portées non désirées."),
    "aceite": ("es", "La aceituna se recoge en noviembre y se muele el mismo día. El aceite de oliva virgen extra se "
        "obtiene en frío y debe guardarse en un lugar oscuro, lejos del calor."),
    "alquiler": ("es", "El contrato de arrendamiento dura cinco años. El inquilino entrega una fianza de un mes, que "
        "el propietario devuelve al final si la vivienda no presenta daños."),
    "futbol": ("es", "El entrenamiento de los juveniles es los martes y jueves a las seis de la tarde en el campo "
        "municipal. Hay que traer botas, espinilleras y una botella de agua."),
    "ricetta": ("it", "Per il risotto alla milanese si tosta il riso nel burro, si sfuma con vino bianco e si aggiunge "
        "brodo caldo poco a poco. Lo zafferano va sciolto alla fine, con il parmigiano."),
    "treno": ("it", "Il rimborso del biglietto ferroviario è del venticinque per cento se il ritardo supera i sessanta "
        "minuti, e del cinquanta per cento oltre le due ore. La domanda si presenta online."),
    "giardino": ("it", "Le rose si potano a fine inverno, tagliando i rami secchi sopra una gemma rivolta verso "
        "l'esterno. Dopo la potatura si concima e si copre il terreno con corteccia."),
}  # fmt: skip

QUESTIONS = {
    "Can I get my money back for something I bought?": "returns",
    "How long does a secure login secret have to be?": "passwords",
    "How do I clean limescale out of the coffee maker?": "coffee",
    "How many holidays do staff have each year?": "leave",
    "What does someone who keeps bees do in March?": "bees",
    "Which signs tell that an eruption is coming?": "volcano",
    "My bike's gears slip when I pedal hard, what must be replaced?": "bicycle",
    "What happens if I pay off the house credit sooner?": "mortgage",
    "Was zahlt die Versicherung nach einem Einbruch?": "versicherung",
    "Wie lange muss der Teig für das Brot gehen?": "brot",
    "Warum bleibt der Heizkörper kalt, und was hilft?": "heizung",
    "Quand récolte-t-on le raisin pour le vin ?": "vin",
    "Combien coûte l'abonnement mensuel de transport ?": "metro",
    "À quel âge faut-il vacciner un chaton ?": "chat",
    "¿Cómo se conserva el aceite de oliva?": "aceite",
    "¿Cuándo me devuelven la fianza del alquiler?": "alquiler",
    "¿Qué días entrenan los juveniles?": "futbol",
    "Quando si mette lo zafferano nel risotto?": "ricetta",
    "Quanto mi rimborsano se il treno arriva in ritardo?": "treno",
    "Come e quando si potano le rose?": "giardino",
}

ENDINGS = ("txt", "md", "pdf", "docx", "html", "csv", "json", "py")
BROKEN = {
    "cut.pdf": documents.pdf(["Quarterly figures"])[:400],
    "scan.pdf": documents.pdf([""]),
    "cut.docx": documents.docx("A letter " * 300)[:300],
    "named.docx": b"just text",
    "old.txt": "Prüfung für Äußerungen".encode("latin-1"),
    "empty.md": b"",
    "wrong.json": b'{"total": 3,',
    "photo.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "archive.zip": documents.archive({"a.txt": "a"}),
    "memory.txt": b"text\0\0\0text",
}
_FILLERS = {
    "en": "Minutes of meeting {n}: the team reviewed the backlog, moved {a} tickets to the next sprint and agreed to "
          "invite {b} to the demonstration on Friday. Action items were assigned, and the budget of {c} was noted.",
    "de": "Protokoll {n}: Das Team sprach über {a} offene Punkte, verschob die Vorführung auf Freitag und lud {b} ein. "
          "Das Budget von {c} wurde zur Kenntnis genommen, die Aufgaben wurden verteilt.",
    "fr": "Compte rendu {n} : l'équipe a examiné {a} points, reporté la démonstration à vendredi et invité {b}. Le "
          "budget de {c} a été noté et les tâches ont été réparties entre les participants.",
    "es": "Acta {n}: el equipo revisó {a} asuntos, aplazó la demostración al viernes e invitó a {b}. Se tomó nota del "
          "presupuesto de {c} y se repartieron las tareas entre los participantes.",
    "it": "Verbale {n}: il gruppo ha esaminato {a} punti, rinviato la dimostrazione a venerdì e invitato {b}. Si è "
          "preso nota del bilancio di {c} e i compiti sono stati distribuiti tra i partecipanti.",
}  # fmt: skip
_NAMES = ("Ms Okafor", "Herr Lindner", "Mme Girard", "Sr. Vidal", "Dott. Greco", "Ms Tanaka")


def folder() -> dict[str, bytes]:
    """The files by their names: 190 that can be read, the topics among them, and 10 that cannot."""
    made = random.Random(7)
    found: dict[str, bytes] = {}
    languages = list(_FILLERS)
    for place, (topic, (language, text)) in enumerate(TOPICS.items()):
        ending = ENDINGS[place % len(ENDINGS)]
        around = [_filler(made, language) for _ in range(made.randrange(1, 6))]
        around.insert(made.randrange(len(around) + 1), text)
        found[f"{topic}.{ending}"] = _written(ending, "\n".join(around))
    while len(found) < 190:
        language = languages[len(found) % len(languages)]
        ending = ENDINGS[len(found) * 3 % len(ENDINGS)]
        text = "\n".join(_filler(made, language) for _ in range(made.randrange(2, 12)))
        found[f"paper-{len(found)}-{language}.{ending}"] = _written(ending, text)
    return found | BROKEN


def _filler(made: random.Random, language: str) -> str:
    return _FILLERS[language].format(
        n=made.randrange(1000), a=made.randrange(2, 40), b=made.choice(_NAMES), c=made.randrange(1000, 90_000)
    )


def _written(ending: str, text: str) -> bytes:
    lines = text.split("\n")
    if ending == "pdf":
        return documents.pdf(["\n".join(_wrapped(line.replace("’", "'"))) for line in lines])
    if ending == "docx":
        return documents.docx(text)
    if ending == "html":
        return documents.html(text)
    if ending == "csv":
        return ("number;text\n" + "\n".join(f'{place};"{line}"' for place, line in enumerate(lines))).encode("utf-16")
    if ending == "json":
        return json.dumps({"entries": lines}, ensure_ascii=False).encode()
    if ending == "py":
        return ("\n".join(f"# {part}" for line in lines for part in _wrapped(line)) + "\nprint('done')\n").encode()
    return text.encode()


def _wrapped(line: str) -> list[str]:
    words, lines = line.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 90:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
