//! The pages in a real browser: the table, hostile documents, and rules of accessibility.
//!
//! Without a browser this is skipped, and says so. `CHUB_LINT_BROWSER` names one. `CHUB_LINT_AXE` names the script of
//! axe-core, with which the pages are checked as well.

use super::browser::{self, Browser};
use super::hub::{run, scene, site_files};
use crate::support::program::Scene;
use std::io::Write;

/// A browser, and a site to open in it; `None` without a browser.
fn start(entries: usize) -> Option<(Browser, Scene)> {
    let Some(program) = browser::program() else {
        // Not with `eprintln!`, which is not shown for a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no browser for the pages of `report`; install chromium or set CHUB_LINT_BROWSER"
        );
        return None;
    };
    let scene = scene(entries);
    let history = r#"{"date":"2026-03-01","entries":9,"fresh":1,"behind":2,"errors":3,"warnings":4}"#;
    std::fs::write(scene.path("history.jsonl"), history).unwrap();
    let args = [
        "report",
        "content",
        "--locked",
        "lock.json",
        "-o",
        "site",
        "--history",
        "history.jsonl",
    ];
    let ran = run(&scene, &args);
    assert_eq!(ran.code, 0, "{ran:?}");
    Some((Browser::start(&program), scene))
}

fn address(scene: &Scene, file: &str) -> String {
    format!("file://{}/site/{file}", scene.path("").display())
}

/// The paths in the first column of the table.
const PATHS: &str = "[...document.querySelectorAll('#table tbody th')].map((one) => one.textContent)";
const COUNT: &str = "document.getElementById('count').textContent";
const HASH: &str = "location.hash";

fn sort(name: &str) -> String {
    format!("document.querySelector('[data-sort={name}]')")
}

/// Set a filter as a person does.
fn filter(browser: &mut Browser, name: &str, value: &str) {
    browser.eval(&format!(
        "(() => {{ const field = document.getElementById({name:?}); field.value = {value:?}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
         return new Promise((then) => setTimeout(then, 250)); }})()"
    ));
}

fn length(browser: &mut Browser, expression: &str) -> usize {
    browser.eval(expression).as_array().unwrap().len()
}

#[test]
fn the_table_is_sorted_filtered_and_linked_to() {
    let Some((mut browser, scene)) = start(250) else {
        return;
    };
    let all = 250 + super::hub::HOSTILE;
    browser.open(&address(&scene, "index.html"), 1400, "light");
    assert_eq!(length(&mut browser, PATHS), 100);
    assert_eq!(browser.eval(COUNT), format!("{all} entries"));

    // A heading sorts, and again the other way round.
    let is = "document.querySelector('[data-sort=age]').parentElement.getAttribute('aria-sort')";
    let days = "[...document.querySelectorAll('#table tbody tr')].map((row) => row.cells[6].textContent)";
    browser.eval(&format!("{}.click()", sort("age")));
    assert_eq!(
        (browser.eval(is), browser.eval(HASH)),
        ("descending".into(), "#sort=-age".into())
    );
    assert_eq!(browser.eval(days)[0], "16 years");
    browser.eval(&format!("{}.click()", sort("age")));
    assert_eq!(
        (browser.eval(is), browser.eval(HASH)),
        ("ascending".into(), "#sort=age".into())
    );
    assert_eq!(browser.eval(days)[0], "");

    // The keyboard sorts as well, and the focus stays.
    browser.eval(&format!("{}.focus()", sort("entry")));
    browser.press("Enter", 13, "\r");
    assert_eq!(browser.eval(HASH), "#sort=entry");
    assert_eq!(browser.eval("document.activeElement.dataset.sort"), "entry");
    assert_eq!(browser.eval(PATHS)[0], "content/acme/docs/entry-0/DOC.md");
    assert_eq!(browser.eval(PATHS)[1], "content/acme/docs/entry-3/DOC.md");

    // Filters, alone and together.
    filter(&mut browser, "q", "entry-17 DOC");
    assert_eq!(browser.eval(COUNT), format!("11 of {all} entries"));
    filter(&mut browser, "author", "globex");
    assert_eq!(browser.eval(COUNT), format!("3 of {all} entries"));
    assert_eq!(browser.eval(HASH), "#q=entry-17+DOC&author=globex&sort=entry");
    filter(&mut browser, "q", "nothing has this");
    assert_eq!(
        (browser.eval(COUNT), length(&mut browser, PATHS)),
        (format!("0 of {all} entries").into(), 0)
    );
    browser.eval("document.getElementById('clear').click()");
    assert_eq!(
        (browser.eval(COUNT), browser.eval(HASH)),
        (format!("{all} entries").into(), "#entries".into())
    );

    // More on request.
    browser.eval("document.getElementById('more').click()");
    assert_eq!(length(&mut browser, PATHS), all);
    assert_eq!(browser.eval("document.getElementById('more').hidden"), true);

    // Links into the table, from outside and from the page.
    browser.open(
        &address(&scene, "index.html#state=no-release&sort=-entry"),
        1400,
        "light",
    );
    let found = browser.eval(COUNT);
    assert_eq!(found, format!("{} of {all} entries", 62 + super::hub::HOSTILE));
    assert_eq!(
        browser.eval("document.getElementById('state').value"),
        "no-release"
    );
    browser.eval("document.querySelector('a[href=\"#state=behind\"]').click()");
    browser.eval("new Promise((then) => setTimeout(then, 100))");
    assert_eq!(browser.eval("document.getElementById('state').value"), "behind");
    assert_eq!(browser.eval("document.activeElement.id"), "entries");

    // What is no state of the table changes nothing.
    for odd in [
        "#state=%3Cscript%3E&sort=constructor",
        "#rule=__proto__",
        "#q=%3Cimg src=x%3E",
        "#nowhere",
        "#%E0%A4%A",
    ] {
        browser.open(&address(&scene, &format!("index.html{odd}")), 1400, "light");
        assert_eq!(
            browser.eval("document.querySelectorAll('#table img, #table script').length"),
            0
        );
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn hostile_documents_do_nothing_and_nothing_is_loaded() {
    let Some((mut browser, scene)) = start(12) else {
        return;
    };
    let pages: Vec<String> = site_files(&scene.path("site"))
        .into_keys()
        .filter(|name| name.ends_with(".html"))
        .collect();
    for page in &pages {
        for (width, theme) in [(1400, "light"), (390, "dark")] {
            browser.open(&address(&scene, page), width, theme);
            let wide =
                browser.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(wide, 0, "{page} is wider than {width}");
        }
        assert_eq!(browser.eval("typeof window.pwned"), "undefined", "{page}");
        assert_eq!(
            browser.eval("document.querySelectorAll('img, iframe, base, style, [onload], [onerror]').length"),
            0
        );
        assert_eq!(browser.eval("getComputedStyle(document.body).display"), "block");
        assert_eq!(
            browser.eval("document.title.length > 3 && document.title.length < 200"),
            true
        );
    }
    let outside: Vec<&String> = browser
        .requests
        .iter()
        .filter(|address| {
            !["\"file://", "\"about:blank", "\"data:,"]
                .iter()
                .any(|own| address.starts_with(own))
        })
        .collect();
    assert_eq!(outside, Vec::<&String>::new());
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn the_policy_stops_a_script_that_got_into_a_page() {
    let Some((mut browser, scene)) = start(2) else {
        return;
    };
    let file = scene.path("site/index.html");
    let page = std::fs::read_to_string(&file).unwrap();
    let attack = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'><style>h1 { display: none }</style>";
    std::fs::write(&file, page.replace("</main>", &format!("{attack}</main>"))).unwrap();
    browser.open(&address(&scene, "index.html"), 1400, "light");
    assert_eq!(browser.eval("typeof window.pwned"), "undefined");
    assert_ne!(
        browser.eval("getComputedStyle(document.querySelector('h1')).display"),
        "none"
    );
    assert!(
        !browser.complaints.is_empty(),
        "the browser reports what it refused"
    );
}

#[test]
fn the_pages_are_accessible() {
    let Some(axe) = std::env::var_os("CHUB_LINT_AXE") else {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: set CHUB_LINT_AXE to the axe.min.js of axe-core"
        );
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    let Some((mut browser, scene)) = start(12) else {
        return;
    };
    for page in site_files(&scene.path("site"))
        .into_keys()
        .filter(|name| name.ends_with(".html"))
    {
        for (width, theme) in [(1400, "light"), (390, "light"), (1400, "dark"), (390, "dark")] {
            browser.open(&address(&scene, &page), width, theme);
            browser.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            browser.eval(&format!("{axe}; 0"));
            let found = browser.eval(
                "axe.run().then((result) => result.violations.map((one) => \
                 `${one.impact} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 150) + node.failureSummary).join(' | ')}`))",
            );
            assert_eq!(
                found.as_array().unwrap().len(),
                0,
                "{page} at {width}, {theme}: {found:#}"
            );
        }
    }
}
