"""What each construct of TypeScript becomes, and what is said where it cannot become anything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.core.schemas.convert import ConvertError, from_typescript, guessed, read
from playground.core.schemas.validate import Validator

NUMBER, TEXT, NULL = {"type": "number"}, {"type": "string"}, {"type": "null"}


def of(kind: str, before: str = "") -> Any:
    """The schema of a type, where it is a property's."""
    return from_typescript(f"{before}\ninterface Asked {{ it: {kind} }}", "Asked").schema["properties"]["it"]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("string", TEXT),
        ("any", {}),
        ("unknown | string", {}),
        ("string | null", {"type": ["string", "null"]}),
        ("string[] | null", {"type": ["array", "null"], "items": TEXT}),
        ("{ a: string } | null", {"anyOf": [of("{ a: string }"), NULL]}),
        ("string | number", {"anyOf": [TEXT, NUMBER]}),
        ("'a' | 'b'", {"type": "string", "enum": ["a", "b"]}),
        ("'a' | null", {"type": ["string", "null"], "enum": ["a", None]}),
        ("'a' | 1 | -2.5", {"type": ["string", "number"], "enum": ["a", 1, -2.5]}),
        ("'a' | string", TEXT),
        ("'a' | (string & {})", TEXT),
        ("true | false", {"type": "boolean"}),
        ("boolean | null", {"type": ["boolean", "null"]}),
        ("true", {"type": "boolean", "const": True}),
        ("'\\u0041\\n\\x42\\u{1F600}'", {"type": "string", "const": "A\nB\U0001f600"}),
        ("0x1F | 1_000 | 1e3", {"type": "number", "enum": [31, 1000, 1000.0]}),
        ("never | string", TEXT),
        ("(string | undefined)[]", {"type": "array", "items": {"type": ["string", "null"]}}),
        ("Array<Array<string>>", {"type": "array", "items": {"type": "array", "items": TEXT}}),
        ("ReadonlyArray<number>", {"type": "array", "items": NUMBER}),
        ("readonly string[]", {"type": "array", "items": TEXT}),
        ("Set<string>", {"type": "array", "items": TEXT, "uniqueItems": True}),
        ("Record<string, number>", {"type": "object", "additionalProperties": NUMBER}),
        ("Map<string, number>", {"type": "object", "additionalProperties": NUMBER}),
        ("{ [k: string]: number }", {"type": "object", "additionalProperties": NUMBER}),
        ("object", {"type": "object", "additionalProperties": True}),
        ("{}", {"type": "object", "additionalProperties": True}),
        ("Date", {"type": "string", "format": "date-time"}),
        ("bigint", {"type": "integer"}),
        ("Promise<string>", TEXT),
        ("NonNullable<string | null | undefined>", TEXT),
        ("Exclude<'a' | 'b' | 'c', 'b'>", {"type": "string", "enum": ["a", "c"]}),
        ("Extract<'a' | 1, string>", {"type": "string", "const": "a"}),
        ("keyof { a: 1; b: 2 }", {"type": "string", "enum": ["a", "b"]}),
        ("`id-${number}`", {"type": "string", "pattern": r"^id-(-?\d+(\.\d+)?)$"}),
        ("string & { readonly __brand: 'Id' }", TEXT),
        ("('a' | 'b' | 'c') & ('b' | 'd')", {"type": "string", "const": "b"}),
    ],
)  # fmt: skip
def test_a_type(kind: str, schema: Any) -> None:
    found = of(kind)
    if kind.startswith("`"):
        assert (
            Validator(found).fits("id-12") and not Validator(found).fits("id-") and not Validator(found).fits("xid-1")
        )
    else:
        assert json.dumps(found) == json.dumps(schema)


def test_members_of_an_interface() -> None:
    made = from_typescript(
        """
        interface A {
          readonly a: string; b?: number; "c-d": boolean
          3: string, e: string | undefined; f(): void; g: () => void; [Symbol.iterator]: string
          get h(): string; 'i': never; j?: never
        }
        """
    )
    schema = made.schema
    assert list(schema["properties"]) == ["a", "b", "c-d", "3", "e", "h", "i"]
    assert schema["required"] == ["a", "c-d", "3", "h", "i"] and schema["additionalProperties"] is False
    assert schema["properties"]["i"] == {"not": {}}
    assert [note.line for note in made.notes] == [4, 4, 4]


def test_comments_become_descriptions_and_limits() -> None:
    schema = from_typescript(
        """
        // eslint-disable-next-line
        /**
         * Whole,
         * with {@link Other | a link}.
         * @see elsewhere
         */
        interface A {
          /** Percent. @minimum 0 @maximum 100 @asType integer */
          a: number;
          b: string; // behind
          // above,
          // in two lines
          c: string[] | null;
          /** @minItems 2 @items.minLength 3 @default ["x"] @example ["y"] @deprecated */
          d: string[];
          /* plain */
          e: B; // not this one
          // @ts-ignore
          f: string;
        }
        type B = { x: string }
        """
    ).schema
    kinds = schema["properties"]
    assert schema["description"] == "Whole,\nwith a link."
    assert kinds["a"] == {"type": "integer", "description": "Percent.", "minimum": 0, "maximum": 100}
    assert (kinds["b"]["description"], kinds["c"]["description"]) == ("behind", "above,\nin two lines")
    assert kinds["d"] == {
        "type": "array", "default": ["x"], "examples": [["y"]], "deprecated": True,
        "items": {"type": "string", "minLength": 3}, "minItems": 2,
    }  # fmt: skip
    assert kinds["e"] == {"description": "plain", "anyOf": [{"$ref": "#/$defs/B"}]}
    assert kinds["f"] == TEXT


def test_extends_and_intersections_are_one_object() -> None:
    made = from_typescript(
        """
        interface A { id: string; kind: "a" | "b"; note?: string }
        interface B extends A, Pick<C, "x"> { kind: "a"; note: string }
        type C = { x: number; y: number } & Partial<Omit<A, "kind">>;
        type D = A & ({ s: 1 } | { s: 2; kind: "zzz" } | { s: 3 });
        """
    )
    b, c, d = (made.schemas[name] for name in "BCD")
    assert b["required"] == ["id", "kind", "note", "x"] and b["properties"]["kind"]["const"] == "a"
    assert c["required"] == ["x", "y"] and list(c["properties"]) == ["x", "y", "id", "note"]
    assert [one["properties"]["s"]["const"] for one in d["anyOf"]] == [1, 3]  # the second one cannot be
    assert b["additionalProperties"] is False and "$defs" not in b


def test_what_refers_to_itself() -> None:
    made = from_typescript(
        "interface Tree { v: Leaf; kids: Tree[] } type Leaf = { of: Tree | null; other?: Leaf }", "Tree"
    )
    schema = made.schema
    assert schema["type"] == "object" and schema["properties"]["kids"]["items"] == {"$ref": "#"}
    assert schema["$defs"]["Leaf"]["properties"]["of"] == {"anyOf": [{"$ref": "#"}, NULL]}
    validator = Validator(schema)
    assert validator.fits({"v": {"of": None}, "kids": [{"v": {"of": None, "other": {"of": None}}, "kids": []}]})
    assert not validator.fits({"v": {"of": None}, "kids": [{"v": {"of": 3}, "kids": []}]})
    assert made.schemas["Leaf"]["$defs"]["Tree"]["properties"]["v"] == {"$ref": "#"}


def test_generic_types_are_made_for_their_arguments() -> None:
    made = from_typescript(
        """
        interface Page<T, C = string> { items: T[]; next?: C }
        type Maybe<T> = T | null; type Later<T> = T | undefined; type Tree<T> = { v: T; kids: Tree<T>[] };
        interface A { a: Page<A>; b: Page<number, 1>; c: Maybe<string>; d: Later<string>; e: Tree<"x">; f: Tree<"x"> }
        """
    )
    schema = made.schema
    assert made.main == "A" and list(schema["$defs"]) == ["PageA", "PageNumberInteger", "TreeX"]
    kinds = schema["properties"]
    assert kinds["c"] == {"type": ["string", "null"]} and kinds["d"] == TEXT
    assert schema["required"] == ["a", "b", "c", "e", "f"] and kinds["e"] == kinds["f"]
    page = schema["$defs"][kinds["a"]["$ref"].rpartition("/")[2]]
    assert page["properties"] == {"items": {"type": "array", "items": {"$ref": "#"}}, "next": TEXT}
    assert not {"Page", "Maybe"} & made.schemas.keys()


def test_enums_and_constants() -> None:
    before = """
    enum E { A, B = "b", C = 1 << 3, D, F = A | D, "g h" = -2 }
    const WORDS = ["x", "y"] as const;
    const MAP = { one: 1, two: { three: "3" } } as const;
    """
    assert of("E", before) == {"$ref": "#/$defs/E"}
    assert from_typescript(before, "E").schema == {"type": ["integer", "string"], "enum": [0, "b", 8, 9, -2]}
    assert of("E.C | E.B", before) == {"type": ["integer", "string"], "enum": [8, "b"]}
    assert of("keyof typeof E", before)["enum"] == ["A", "B", "C", "D", "F", "g h"]
    assert of("(typeof WORDS)[number]", before)["enum"] == ["x", "y"]
    assert of("typeof MAP", before)["properties"]["two"]["properties"]["three"]["const"] == "3"
    assert of("keyof typeof MAP", before)["enum"] == ["one", "two"]


def test_tuples() -> None:
    validator = Validator(of("[a: string, b?: number, ...c: boolean[]]"))
    assert all(validator.fits(value) for value in (["x"], ["x", 1], ["x", 1, True, False]))
    assert not any(validator.fits(value) for value in ([], ["x", "y"], ["x", 1, 2], [1]))
    assert not Validator(of("[string, number]")).fits(["x", 1, 2])


def test_mapped_types_and_lookups() -> None:
    before = "interface M { a: string; b?: number }"
    assert of("{ [K in keyof M]: M[K] | null }", before)["required"] == ["a"]
    assert of("{ [K in keyof M]-?: M[K] }", before)["required"] == ["a", "b"]
    assert of("{ [K in 'x' | 'y']?: { of: K } }", before)["properties"]["y"]["properties"]["of"]["const"] == "y"
    assert of("M['a' | 'b']", before) == {"anyOf": [TEXT, NUMBER]}
    assert of("Required<M>['b']", before) == NUMBER
    assert of("{ [K in string]: M }", before) == {"type": "object", "additionalProperties": {"$ref": "#/$defs/M"}}


def test_lookups_into_what_is_being_read() -> None:
    schema = from_typescript(
        """
        interface A { id: string; kind: "x" | "y"; parent: A["id"] | null; of: A["kind"]; by: keyof A; kids: A[] }
        type B = { n: number; m: B["n"] }
        """
    )
    kinds = schema.schemas["A"]["properties"]
    assert kinds["parent"] == {"type": ["string", "null"]} and kinds["of"] == kinds["kind"]
    assert kinds["by"]["enum"] == ["id", "kind", "parent", "of", "by", "kids"]
    assert schema.schemas["B"]["properties"]["m"] == NUMBER


def test_what_is_imported_is_not_what_has_its_name_here() -> None:
    made = from_typescript('import * as Far from "./far";\nexport type A = Far.A; interface B { a: A; b: Far.B }', "B")
    assert made.schema["properties"]["b"] == {} and made.schemas["A"] == {}
    assert [note.line for note in made.notes] == [2, 2]


def test_parameters_of_a_function_and_fields_of_a_class() -> None:
    made = from_typescript(
        """
        /** Does. @param a The first.
         *  @param {string} b - The second. */
        export default async function f(this: W, a: string, b = "x", c?: number[], ...d: boolean[]): Promise<void> {}
        export const g = ({ a, b }: { a: string; b?: number }) => a;
        class C extends Base { x!: string; private y = 1; static z = 2; #w = 3; readonly v = true
          constructor(public u: string, t: number) { super() } m() { return 1 } }
        class Base { base?: string }
        """
    )
    f, g, c = (made.schemas[name] for name in "fgC")
    assert f["description"] == "Does." and f["required"] == ["a"]
    assert f["properties"]["b"] == {"type": "string", "description": "The second."}
    assert list(f["properties"]) == ["a", "b", "c", "d"] and f["properties"]["d"]["items"] == {"type": "boolean"}
    assert list(g["properties"]) == ["a", "b"] and g["required"] == ["a"]
    assert list(c["properties"]) == ["base", "x", "v", "u"] and c["required"] == ["x", "v", "u"]


def test_namespaces_and_parts_of_an_interface() -> None:
    made = from_typescript(
        """
        declare namespace A { interface Item { a: string } export namespace B { type List = Item[] } }
        interface Item { outer: A.Item; more: A.B.List }
        interface Item { also: number }
        """,
        "Item",
    )
    assert list(made.schemas) == ["Item", "AItem", "List"]
    assert made.schema["required"] == ["outer", "more", "also"]


def test_unknown_names_are_said() -> None:
    made = from_typescript(
        'import type { Far as Near } from "./far";\ninterface A {\n a: Near; b: Elsewhere<string>\n}'
    )
    assert [str(note) for note in made.notes] == [
        "line 3: “Near” comes from “./far”: anything is taken there.",
        "line 3: “Elsewhere” is not in the text: anything is taken there.",
    ]
    made = from_typescript("type A<T> = { a: T extends string ? 1 : 2 };")
    assert made.schema["properties"]["a"] == {} and "T extends string" in str(made.notes)


def test_which_one_is_meant() -> None:
    text = "interface B { a: A } interface A { x: string } interface C { y: string } export interface D { c: C }"
    assert from_typescript(text).main == "D"
    assert from_typescript(text, "A").main == "A"
    assert list(from_typescript(text).schemas) == ["B", "A", "C", "D"]
    with pytest.raises(ConvertError, match="no “E” in it, but “B”, “A”"):
        from_typescript(text, "E")
    assert from_typescript("type A = B; interface B { x: string }", "A").schema["properties"] == {"x": TEXT}
    assert read("typescript", text).main == "D"


@pytest.mark.parametrize(
    ("file", "text", "source"),
    [
        ("x/types.d.ts", "", "typescript"),
        ("-", "// x\ninterface A { a: string }", "typescript"),
        ("-", 'import A from "./a";\n', "typescript"),
        ("-", "type A = string;", "typescript"),
        ("-", "import typing\ntype A = str\n", "python"),
        ("-", "from x import y\nclass A(y):\n    a: int\n", "python"),
        ("-", "so it is", ""),
    ],
)
def test_it_is_told_from_python(file: str, text: str, source: str) -> None:
    assert guessed(file, text) == source


@pytest.mark.parametrize(
    "text",
    ["function f(a: string) { return a }", "export const f = async (a: string) => a", "(a: string): void => {}"],
)
def test_a_signature(text: str) -> None:
    assert read("signature", text).schema["properties"] == {"a": TEXT}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no interface, type, enum or function"),
        ("const x = 1", "no interface"),
        ("interface A { a: string", "Line 1, column 24: here a “}” is missing"),
        ("interface A {\n  é: string;\n  b: ]\n}", "Line 3, column 4: this is not understood"),
        ("type A = 'x", "Line 1, column"),
        ("type A =\n  {b: [", "Line 2, column 7: this “.” is not closed"),
        ("interface A { a: string }\nfunction f(a: {", "Line 2, column 15: this “{” is not closed"),
        ("type A = string |;", "Line 1, column 18: here a type is missing"),
        ("interface A extends B {} interface B extends A {}", "“A” is made of itself"),
        ("type A = A", "points to itself"),
        ("interface A { a: A['a'] }", "nested more than 100 levels"),
        ("type A = A & { x: string }", "made of itself"),
        (
            "type A<T> = { a: A<T[]> }; interface B { b: A<string> }",
            "Line 1, column 18: what this type grows to has no end",
        ),
        ("enum A { A = f() }", "cannot be told"),
        ("enum A { A = 'a', B }", "needs a value"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConvertError, match=words):
        from_typescript(text)
