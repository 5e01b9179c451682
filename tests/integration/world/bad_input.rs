//! What of the physical world cannot be: each is told at its line, with words that help.

use super::support::world;
use flexcap::scenario::Scenario;

/// What is put into the pool, and into the rest; the text on the line that is blamed, and words of
/// the message and the hint.
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "",
        "[ranking.eager]\ndemand = { base = \"1 /s\" }\nservice = { time = \"1s\" }\nslo = { latency = \"2s\" }\nqueue = { patience = \"0s\" }",
        "0s",
        "has a mean of 0",
        "limit = \"0s\"",
    ),
    (
        "",
        "[ranking.eager]\ndemand = { base = \"1e6 /s\" }\nservice = { time = \"1ms\" }\nslo = { latency = \"2s\" }\nfidelity = \"request\"",
        "\"request\"",
        "1.7e11 requests one by one",
        "`fidelity = \"fluid\"`",
    ),
    (
        "",
        "[conversion.box]\ndefault = { delay = \"3d\" }",
        "3d",
        "longer than the horizon of 2 d",
        "`serves`",
    ),
    (
        "",
        "[conversion.box]\ntraining-to-rankin = { delay = \"1h\" }",
        "training-to-rankin",
        "`rankin`, which is not defined",
        "did you mean `ranking`",
    ),
    (
        "",
        "[conversion.box]\nchat-to-chat = { delay = \"1h\" }",
        "chat-to-chat",
        "converts `chat` to itself",
        "<from>-to-<to>",
    ),
    (
        "",
        "[conversion.box]\nchat = { delay = \"1h\" }",
        "chat = {",
        "is no conversion",
        "training-to-ranking",
    ),
    (
        "",
        "[conversion.bix]\ndefault = { delay = \"1h\" }",
        "conversion.bix",
        "`bix`, which is not defined",
        "did you mean `box`",
    ),
    (
        "",
        "[conversion.box]\ndefault = { delay = \"1h\", cost = -1.0 }",
        "cost = -1.0",
        "at least 0",
        "Cost of one accelerator",
    ),
    (
        "initial = { chat = 50 }",
        "[site.here]\npower_cap = \"40 kW\"",
        "40 kW",
        "may draw 0.04 MW, but the initial holdings of its pools are planned at 0.045 MW",
        "raise the cap",
    ),
    (
        "initial = { chat = 50 }",
        "[site.here]\ncompanion = { vcpu = 99 }",
        "vcpu = 99",
        "has 99 vCPU, but the ranking that its pools hold at the start needs 100",
        "give the site more",
    ),
    (
        "",
        "[maintenance.power]\npool = \"hall\"\nshare = 0.1\nstart = \"2024-03-01\"\nduration = \"9h\"\nevery = \"8h\"",
        "8h",
        "overlap each other",
        "at least as long as `duration`",
    ),
    (
        "",
        "[maintenance.a]\npool = \"hall\"\nshare = 0.6\nstart = \"2024-03-01\"\nduration = \"9h\"\n\
         [maintenance.b]\nsite = \"here\"\naccelerators = 50\nstart = \"2024-02-01T07:00Z\"\nduration = \"3h\"\nevery = \"1d\"",
        "[maintenance.b]",
        "overlaps `a`",
        "smaller shares",
    ),
    (
        "",
        "[maintenance.a]\npool = \"hall\"\naccelerators = 101\nstart = \"2024-03-01\"\nduration = \"9h\"",
        "accelerators = 101",
        "takes 101 accelerators of pool `hall`, which has 100",
        "take fewer",
    ),
    (
        "",
        "[maintenance.a]\npool = \"hall\"\nstart = \"2024-03-01\"\nduration = \"9h\"",
        "[maintenance.a]",
        "none of `share` and `accelerators`",
        "share = 0.1",
    ),
    (
        "",
        "[outage.grid]\nsite = \"here\"\nshare = 1.5\nat = \"2024-03-01\"\nduration = \"1h\"",
        "share = 1.5",
        "more than 0 and at most 1",
        "1 being all",
    ),
    (
        "",
        "[outage.grid]\nsite = \"there\"\nat = \"2024-03-01\"\nduration = \"1h\"",
        "site = \"there\"",
        "`there`, which is not defined",
        "here",
    ),
    (
        "",
        "[outage.grid]\nsite = \"here\"\nmtbf = \"1w\"\nat = \"2024-03-01\"\nduration = \"1h\"",
        "[outage.grid]",
        "both `at` and `mtbf`",
        "by chance",
    ),
    (
        "pod = 60",
        "[training.large]\nwork = \"1 accelerator-hours\"\ngang = 61\nwithin = \"pod\"",
        "gang = 61",
        "the gang of `large` needs 61 accelerators in one pod, but the largest that may run it, in `hall`, has 60",
        "span pods with `within = \"pool\"`",
    ),
    (
        "pod = 60\ninitial = { one = 41, two = 42 }",
        "[training.one]\nwork = \"1 accelerator-hours\"\ngang = 41\nwithin = \"pod\"\n\
         [training.two]\nwork = \"1 accelerator-hours\"\ngang = 42\nwithin = \"pod\"",
        "initial = { one = 41",
        "holds the gang of `one`, but beside the larger ones no pod has room for it",
        "let `one` hold less than its gang",
    ),
    (
        "",
        "noise = { subhourly_cv = -0.1 }",
        "subhourly_cv = -0.1",
        "at least 0 and at most 3",
        "within an hour",
    ),
    (
        "",
        "[ranking.third]\ndemand = { base = \"1 /s\" }\nservice = { time = \"1s\" }\nslo = { latency = \"4s\" }\nspeed = { bix = 2.0 }",
        "speed = { bix",
        "`bix`, which is not defined",
        "did you mean `box`",
    ),
    (
        "",
        "[ranking.third]\ndemand = { base = \"1 /s\" }\nservice = { time = \"1s\" }\nslo = { latency = \"4s\" }\nspeed = { box = 0.0 }",
        "speed = { box",
        "more than 0 and at most 1000",
        "Speed on each hardware",
    ),
];

#[test]
fn each_is_blamed_at_its_line() {
    for (pool, more, line, message, hint) in CASES {
        let text = world(pool, &format!("{more}\n[policy.dedicated]"))
            .replace("[ranking.chat]", "[ranking.chat]\ncompanion = { vcpu = 2 }");
        let Err(invalid) = Scenario::parse("world.toml", &text) else {
            panic!("this should be refused: {pool} {more}");
        };
        let found = invalid.problems.iter().any(|problem| {
            let (_, number, _) = invalid.sources.position(problem.at);
            let blamed = text.lines().nth(number - 1).unwrap_or_default();
            let said = problem.hint.as_deref().unwrap_or_default();
            blamed.contains(line) && problem.message.contains(message) && said.contains(hint)
        });
        assert!(
            found,
            "{more} should say `{message}` at `{line}`, but says\n{invalid}"
        );
    }
}

#[test]
fn gangs_that_are_content_with_a_pool_need_no_pod() {
    let initial = "initial = { one = 41, two = 42 }";
    let campaign = |name: &str, gang: u64, within: &str| {
        format!("[training.{name}]\nwork = \"1 accelerator-hours\"\ngang = {gang}\n{within}\n")
    };
    let asks = "within = \"pod\"";
    // One that may span pods, pods that are large enough, and no pods at all.
    for (pool, one, two) in [
        ("pod = 60\n", "", asks),
        ("pod = 50\n", asks, asks),
        ("", asks, asks),
    ] {
        let more = campaign("one", 41, one) + &campaign("two", 42, two) + "[policy.dedicated]";
        let text = world(&format!("{pool}{initial}"), &more);
        let loaded =
            Scenario::parse("world.toml", &text).unwrap_or_else(|invalid| panic!("{invalid}"));
        assert!(loaded.warnings.problems.is_empty(), "{}", loaded.warnings);
    }
}

#[test]
fn pods_that_nobody_asks_for_are_a_warning() {
    let text = world("pod = 50", "[policy.dedicated]");
    let loaded = Scenario::parse("world.toml", &text).unwrap_or_else(|invalid| panic!("{invalid}"));
    let warned = loaded.warnings.to_string();
    assert!(
        warned.contains("pool `hall` has pods, but no campaign"),
        "{warned}"
    );
    assert!(warned.contains("within = \"pod\""), "{warned}");
}
