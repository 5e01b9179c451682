//! Sweep files and `--axis` arguments, good and bad.

use super::*;

const HEAD: &str = "[sweep]\nname = \"s\"\nscenario = \"starter\"\n";
const SHARE: &str = "[axis.share]\nkey = \"pool.*.flexible_share\"\nvalues = [0.0, 0.5]\n";
const STEP: &str =
    "[axis.step]\nkey = \"run.step\"\nrange = { from = \"1h\", to = \"3h\", step = \"1h\" }\n";

fn load(text: &str) -> Result<SweepPlan, Invalid> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("s.toml");
    std::fs::write(&path, text).unwrap();
    SweepPlan::load(path.to_str().unwrap(), &[])
}

fn over(axes: &[&str]) -> Result<SweepPlan, Invalid> {
    let axes: Vec<String> = axes.iter().map(|axis| (*axis).to_owned()).collect();
    SweepPlan::over("starter", &axes, &[])
}

fn texts(axis: &Axis) -> Vec<String> {
    (0..axis.levels().unwrap())
        .map(|index| axis.level(index).text)
        .collect()
}

#[track_caller]
fn refused(result: Result<SweepPlan, Invalid>, texts: &[&str]) {
    let error = result.map(|_| ()).expect_err("refused");
    let told = error.render(false);
    assert_eq!(error.problems.len(), 1, "{told}");
    for text in texts {
        assert!(told.contains(text), "`{text}` is missing in\n{told}");
    }
}

#[test]
fn ranges_are_decimal_and_include_both_ends() {
    for (argument, expected) in [
        (
            "pool.main.flexible_share=0..0.5/0.1",
            "0 0.1 0.2 0.3 0.4 0.5",
        ),
        ("order.more.accelerators=1024..2048/512", "1024 1536 2048"),
        ("run.horizon=1w..2w/3.5d", "7d 10.5d 14d"),
        ("run.step=30m..1.5h/0.5h", "0.5h 1h 1.5h"),
        (
            "run.start=2024-07-01..2024-07-15/1w",
            "2024-07-01 2024-07-08 2024-07-15",
        ),
        (
            "site.main.power_cap=8 MW..9 MW/500 kW",
            "8000 kW 8500 kW 9000 kW",
        ),
        (
            "inference.assistant.demand.base=900 /s..1000 /s/50 /s",
            "900 /s 950 /s 1000 /s",
        ),
        ("hardware.h100.repair=12h..24h/12h", "12h 24h"),
        ("run.step=[\"1h\", \"6h\"]", "1h 6h"),
    ] {
        let plan = over(&[argument]).unwrap_or_else(|error| panic!("{argument}: {error}"));
        assert_eq!(texts(&plan.axes[0]).join(" "), expected, "{argument}");
    }
}

#[test]
fn values_reach_every_key_that_they_mean() {
    let plan = load(&format!(
        "{HEAD}{SHARE}[axis.policy]\nkey = \"policy\"\nvalues = [{{ dedicated = {{}} }}, {{ value = {{ hysteresis = 0.5 }} }}]\n\
         [axis.serves]\nkey = \"pool.main.serves\"\nvalues = [[\"training\", \"assistant\", \"feed\"]]\n\
         [axis.when]\nkey = \"training.llama.submit\"\nvalues = [2024-08-01]\n"
    ))
    .unwrap_or_else(|error| panic!("{error}"));
    let at: Vec<Coordinate> = plan.axes.iter().map(|axis| axis.level(1)).collect();
    let variant = plan.variant(&at).unwrap_or_else(|error| panic!("{error}"));
    let pool = &variant.scenario.pool["main"];
    assert_eq!(pool.flexible_share, 0.5);
    assert_eq!(pool.serves.len(), 3);
    assert!(
        matches!(variant.scenario.policy, crate::scenario::Policy::Value(value) if value.hysteresis == 0.5)
    );
    assert_eq!(at[3].text, "2024-08-01");
}

#[test]
fn sets_go_on_top_and_replications_belong_to_no_identity() {
    let axes = ["pool.main.flexible_share=[0.1, 0.2]".to_owned()];
    let at = |sets: &[&str], level: u64| {
        let sets: Vec<Set> = sets.iter().copied().map(Set::new).collect();
        let plan = SweepPlan::over("starter", &axes, &sets).unwrap();
        let variant = plan.variant(&[plan.axes[0].level(level)]).unwrap();
        (plan.replications, variant)
    };
    let (replications, fixed) = at(&["run.step=2h", "run.replications=4"], 0);
    assert_eq!(replications, 4);
    assert_eq!(fixed.scenario.run.step, crate::kernel::Span::HOUR * 2);
    let (_, same) = at(&["run.step=2h", "record.replications=0"], 0);
    assert_eq!(fixed.identity, same.identity);
    assert_ne!(fixed.identity, at(&["run.step=2h"], 1).1.identity);
    assert_ne!(fixed.identity, at(&[], 0).1.identity);
}

/// An axis that --set overrules would vary nothing, and some keys are the sweep's own.
#[test]
fn axes_over_what_is_fixed_are_refused() {
    for (axis, set) in [
        (
            "pool.main.flexible_share=[0.1, 0.2]",
            "pool.*.flexible_share=0.9",
        ),
        (
            "pool.*.flexible_share=[0.1, 0.2]",
            "pool.main.flexible_share=0.9",
        ),
        ("policy=[{ fair = {} }]", "policy.value.hysteresis=0.2"),
        ("policy.value.hysteresis=[0.1]", "policy={ fair = {} }"),
    ] {
        let refusal = SweepPlan::over("starter", &[axis.to_owned()], &[Set::new(set)]);
        refused(refusal, &["--set fixes", "--axis argument:1:1"]);
    }
    for (axis, reason) in [
        ("run.replications=[1, 2]", "write `sweep.replications`"),
        ("record.every=[\"1h\", \"2h\"]", "no detail files"),
        ("scenario.name=[\"a\", \"b\"]", "change nothing"),
    ] {
        refused(over(&[axis]), &[reason]);
    }
}

/// A problem that the settings make shows the setting, not some other text.
#[test]
fn problems_of_settings_show_their_text() {
    let set = || {
        [
            Set::new("pool.main.flexible_share=1.0"),
            Set::new("pool.main.initial={ llama = 8000 }"),
        ]
    };
    let axes = ["run.step=[\"1h\", \"2h\"]".to_owned()];
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("s.toml");
    std::fs::write(&path, format!("{HEAD}{STEP}")).unwrap();
    for result in [
        SweepPlan::over("starter", &axes, &set()),
        SweepPlan::load(path.to_str().unwrap(), &set()),
    ] {
        let told = result.map(|_| ()).unwrap_err().render(false);
        assert!(
            told.contains("pool.main.initial={ llama = 8000 }"),
            "{told}"
        );
        assert!(told.contains("--set argument:1:"), "{told}");
    }
}

/// Points read a data file once, as it was at first, and a sweep keeps it with its texts.
#[test]
fn data_files_are_read_once_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("s.toml");
    let series = home.path().join("rates.csv");
    let rates = "time,rate\n2024-07-01T00:00:00Z,900\n2024-07-01T01:00:00Z,1100\n";
    let scenario = "extends = \"starter\"\nremove = [\"demand.social.shape\"]\n[demand.social.series]\nfile = \"rates.csv\"\ntime = \"time\"\nvalue = \"rate\"\nunit = \"/s\"\nrepeat = true\n";
    std::fs::write(home.path().join("data.toml"), scenario).unwrap();
    std::fs::write(&series, rates).unwrap();
    std::fs::write(
        &path,
        format!("{}{STEP}", HEAD.replace("starter", "data.toml")),
    )
    .unwrap();
    let plan = SweepPlan::load(path.to_str().unwrap(), &[]);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    let names: Vec<String> = plan.inputs().into_iter().map(|input| input.name).collect();
    assert_eq!(names, ["s.toml", "data.toml", "starter.toml", "rates.csv"]);
    let identity = |level| {
        let variant = plan.variant(&[plan.axes[0].level(level)]);
        variant.unwrap_or_else(|error| panic!("{error}")).identity
    };
    let before = identity(0);
    std::fs::remove_file(&series).unwrap();
    assert_eq!(identity(0), before);
    assert_ne!(identity(1), before);
}

#[test]
fn constraints_compare_units_words_and_axes() {
    let text = |constraint: &str| {
        format!(
            "{HEAD}constraint = \"{constraint}\"\n{SHARE}{STEP}[axis.policy]\nkey = \"policy\"\nvalues = [{{ dedicated = {{}} }}, {{ value = {{}} }}]\n"
        )
    };
    let kept = |constraint: &str| {
        let plan = load(&text(constraint)).unwrap_or_else(|error| panic!("{error}"));
        let mut kept = 0;
        for share in 0..2 {
            for step in 0..3 {
                for policy in 0..2 {
                    let at = [
                        plan.axes[0].level(share),
                        plan.axes[1].level(step),
                        plan.axes[2].level(policy),
                    ];
                    kept += u32::from(plan.keeps(&at));
                }
            }
        }
        kept
    };
    for (constraint, expected) in [
        ("share > 0", 6),
        ("share > 0 or step = 60m", 8),
        ("step <= 2 h and policy = dedicated", 4),
        ("not (step < 3h) and policy != 'dedicated'", 2),
        ("0.5 = share", 6),
        ("not not share==0", 6),
        (
            "share >= 0.5 and (step = 1h or step = 3h) and policy = value",
            2,
        ),
    ] {
        assert_eq!(kept(constraint), expected, "{constraint}");
    }
    for (constraint, message) in [
        ("shard > 0", "did you mean `share`?"),
        ("share > x", "not a value of the axis `share`"),
        ("step = 5", "not a value of the axis `step`"),
        ("share < nan", "not a value of the axis `share`"),
        ("share < inf", "not a value of the axis `share`"),
        ("step < 1e400 h", "not a value of the axis `step`"),
        ("policy != dedicaded", "did you mean `dedicated`?"),
        ("policy = nothing", "the axis `policy` never is `nothing`"),
        ("policy < value", "have no order"),
        ("share", "a comparison such as"),
        ("share > 0 and", "is missing"),
        ("(share > 0", "a `)` is missing"),
        ("share > 0 )", "does not belong here"),
        ("share + 1 > 0", "neither `share + 1`"),
        ("share = step", "cannot be compared"),
        ("share > 0 or 'x", "a quote is not closed"),
        ("", "is missing"),
    ] {
        refused(load(&text(constraint)), &[message, "s.toml:4:"]);
    }
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in [("(", ")"), ("not ", "")] {
        let nested = |depth: usize| {
            let constraint = format!("{}share > 0{}", open.repeat(depth), close.repeat(depth));
            load(&format!("{HEAD}constraint = \"{constraint}\"\n{SHARE}"))
        };
        assert!(nested(60).is_ok());
        refused(nested(100_000), &["nested too deeply"]);
    }
}

#[test]
fn axes_that_make_no_sense_are_refused_where_they_stand() {
    let axis = |lines: &str| load(&format!("{HEAD}[axis.a]\n{lines}"));
    refused(
        axis("key = \"pool.main.acclerators\"\nvalues = [8]\n"),
        &["did you mean `pool.main.accelerators`?", "s.toml:5:"],
    );
    refused(
        axis("key = \"pool.mian.accelerators\"\nvalues = [8]\n"),
        &["did you mean `pool.main`?"],
    );
    refused(
        axis("key = \"run.step\"\nvalues = []\n"),
        &["the axis `a` has no values"],
    );
    refused(
        axis("key = \"run.step\"\n"),
        &["neither `values` nor a `range`"],
    );
    refused(
        axis(
            "key = \"run.step\"\nvalues = [\"1h\"]\nrange = { from = \"1h\", to = \"2h\", step = \"1h\" }\n",
        ),
        &["both"],
    );
    refused(
        axis("key = \"run.step\"\nvalues = [\"1h\", \"3 months\"]\n"),
        &["s.toml:6:", "give a date", "^"],
    );
    refused(
        axis("key = \"run.step\"\nvalues = [1]\n"),
        &["needs a unit"],
    );
    refused(
        axis("key = \"pool.main.flexible_share\"\nvalues = [0.5, 1.5]\n"),
        &["at most 1"],
    );
    refused(
        axis("key = \"run.step\"\nrange = { from = \"1h\", to = \"6h\", step = \"2h\" }\n"),
        &["do not meet the end 6"],
    );
    refused(
        axis("key = \"run.step\"\nrange = { from = \"6h\", to = \"1h\", step = \"1h\" }\n"),
        &["ends below its beginning"],
    );
    refused(
        axis("key = \"run.step\"\nrange = { from = \"1h\", to = \"6h\", step = \"0h\" }\n"),
        &["leads nowhere"],
    );
    refused(
        axis("key = \"run.step\"\nrange = { from = \"1h\", to = \"6h\" }\n"),
        &["needs a `step` for a grid"],
    );
    refused(
        axis("key = \"policy\"\nrange = { from = 1, to = 6, step = 1 }\n"),
        &["which has no range"],
    );
    refused(
        axis("key = \"order.more.accelerators\"\nrange = { from = 8, to = 16.5, step = 8 }\n"),
        &["without a point"],
    );
    refused(
        load(&format!(
            "{HEAD}[axis.point]\nkey = \"run.step\"\nvalues = [\"1h\"]\n"
        )),
        &["cannot be called `point`"],
    );
    refused(
        load(&format!(
            "{HEAD}{SHARE}[axis.b]\nkey = \"pool.main.flexible_share\"\nvalues = [1.0]\n"
        )),
        &["both set"],
    );
    refused(
        load(&format!(
            "{HEAD}[axis.a]\nkey = \"policy\"\nvalues = [{{ value = {{}} }}]\n[axis.b]\nkey = \"policy.value.hysteresis\"\nvalues = [1.0]\n"
        )),
        &["both set"],
    );
    refused(load(HEAD), &["there is no `[axis]` table"]);
}

#[test]
fn designs_and_groups_that_cannot_be_are_refused() {
    let sweep = |lines: &str| load(&format!("{HEAD}{lines}\n{SHARE}{STEP}"));
    refused(
        sweep("zip = [[\"share\", \"stp\"]]"),
        &["did you mean `step`?"],
    );
    refused(
        sweep("zip = [[\"share\", \"step\"]]"),
        &["`share` has 2, `step` has 3"],
    );
    refused(sweep("zip = [[\"share\", \"share\"]]"), &["twice"]);
    refused(
        sweep("design = { morris = { trajectories = 5, levels = 3 } }"),
        &["even number"],
    );
    refused(
        sweep("design = { morris = { trajectories = 5 } }\nconstraint = \"share > 0\""),
        &["cannot leave points out"],
    );
    refused(
        sweep("design = { sobol = { points = 100000 } }"),
        &["at most 65536"],
    );
    refused(sweep("design = { gird = {} }"), &["did you mean `grid`?"]);
    refused(sweep("sead = 3"), &["there is no key `sead`"]);
    let order = |ends: &str, design: &str| {
        load(&format!(
            "{HEAD}design = {design}\n[axis.n]\nkey = \"order.more.accelerators\"\nrange = {{ {ends} }}\n"
        ))
    };
    refused(
        order(
            "from = 1001, to = 1005",
            "{ latin-hypercube = { points = 4 } }",
        ),
        &["no multiple of 8", "s.toml:7:"],
    );
    refused(
        order(
            "from = 1001, to = 1009",
            "{ morris = { trajectories = 4 } }",
        ),
        &["one value has no effect"],
    );
}

#[test]
fn what_is_no_sweep_is_told() {
    refused(
        load("[scenario]\nname = \"x\"\n[run]\nstart = \"2024-01-01\"\n"),
        &["this is a scenario, not a sweep", "--axis"],
    );
    refused(
        load(
            "[sweep]\nname = \"s\"\nscenario = \"startr\"\n[axis.a]\nkey = \"run.step\"\nvalues = [\"1h\"]\n",
        ),
        &["did you mean `starter`?", "s.toml:3:"],
    );
    refused(load("[sweep\n"), &["this is not TOML"]);
    refused(
        SweepPlan::load("sweeps/how-much", &[]),
        &["shipped sweeps are"],
    );
    refused(SweepPlan::load("nowhere.toml", &[]), &["nowhere.toml"]);
    refused(over(&["run.step"]), &["has no `=`"]);
    refused(over(&["run.step=1h"]), &["neither a range nor an array"]);
    refused(over(&["run.stp=1h..2h/1h"]), &["did you mean `run.step`?"]);
    refused(
        over(&["run.step=1h..2h/1h", "run.step=[\"1h\"]"]),
        &["both set"],
    );
    refused(over(&["run.step=[]"]), &["no values"]);
    refused(over(&["run.step=1h..2x/1h"]), &["not a unit"]);
}

#[test]
fn shipped_sweeps_are_valid() {
    for name in super::super::shipped::sweep_names() {
        let plan = SweepPlan::load(name, &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(format!("sweeps/{}", plan.name), name);
        assert!(!plan.description.is_empty());
    }
}

proptest::proptest! {
    /// Nothing that a user types makes it panic.
    #[test]
    fn slips_of_the_keyboard_are_told(at in 0usize..600, with in "[ -~]{0,4}", constraint in "[a-z0-9<>=!()'. ]{0,30}", range in "[a-z0-9./ -]{0,14}") {
        let whole = format!("{HEAD}constraint = \"share > 0 or step = 1h\"\nzip = []\ndesign = {{ sobol = {{ points = 4 }} }}\n{SHARE}{STEP}");
        let at = at % whole.len();
        let text = format!("{}{with}{}", &whole[..at], &whole[at + 1..]);
        for result in [load(&text), load(&format!("{HEAD}constraint = \"{constraint}\"\n{SHARE}{STEP}")), over(&[&format!("run.step={range}")])] {
            match result {
                Ok(plan) => {
                    let at: Vec<Coordinate> = plan.axes.iter().map(|axis| axis.at_share(0.7)).collect();
                    let _ = plan.keeps(&at);
                }
                Err(invalid) => assert!(!invalid.render(false).is_empty()),
            }
        }
    }
}
