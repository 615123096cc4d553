"""Says things that hurt whoever reads them."""

from . import Attack

ESCAPES = "\\x1b[2J\\x1b]0;owned\\x07"

ATTACKS = (
    Attack(
        "escapes in a message",
        "a terminal that is cleared, renamed, typed into",
        f"""
        def freeze(model):
            print("{ESCAPES}")
            raise ValueError("{ESCAPES}[bold red]all is well[/]")
        """,
        gives="error",
    ),
    Attack(
        "a page in a message",
        "code that runs in the instructor's browser",
        """
        def freeze(model):
            raise ValueError("<script>alert(1)</script><img src=x onerror=alert(1)>")
        def zero_grads(params):
            raise type("<script>alert(2)</script>", (Exception,), {})("{{ 7 * 7 }}</pre>")
        """,
        gives="error",
    ),
    Attack(
        "=HYPERLINK(1) formula",
        "a formula in the instructor's spreadsheet",
        """
        def freeze(model):
            raise ValueError("=cmd|' /C calc'!A0\\r\\n@SUM(1)")
        """,
        gives="error",
    ),
    Attack(
        "<b>name [red]\x1b[31m",
        "markup and escapes in the submission's own name",
        """
        def freeze(model):
            raise ValueError("name")
        """,
        gives="error",
    ),
    Attack(
        "name\n9 of 9  nobody  100\u2028\x85",
        "lines of the screen and of the records, by a name that ends them",
        """
        def freeze(model):
            raise ValueError("name")
        """,
        gives="error",
    ),
    Attack(
        "odd text",
        "bytes that no encoding holds, directions that turn around, ends of line",
        """
        def freeze(model):
            raise ValueError("\\ud800 \\u202egnp.exe \\x00 \\r\\n \\u2028 {not a field} %s")
        """,
        gives="error",
    ),
)
