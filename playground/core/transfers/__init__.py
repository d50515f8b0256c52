"""Files on their way to a server and back: checked, queued, sent in parts, resumed, downloaded."""
