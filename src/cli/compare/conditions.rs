//! `--fail-if`: the judgement of each condition on each result, in words and as exit code. What cannot be judged is a
//! failure of another kind, because a gate that cannot judge must not let everything through.

use flexcap::experiment::{Condition, Judgement};

use super::subject::Contrast;
use crate::cli::exit::Exit;
use crate::cli::show::significant;
use crate::cli::terminal::complain;

/// A condition, a result and what came of it.
pub struct Verdict {
    pub condition: String,
    /// The result's directory.
    pub result: String,
    pub judgement: Judgement,
    is_percent: bool,
}

pub fn judge(conditions: &[Condition], contrasts: &[Contrast<'_>]) -> Vec<Verdict> {
    let of_contrast = |contrast: &Contrast<'_>| {
        let verdict = |condition: &Condition| Verdict {
            condition: condition.to_string(),
            result: contrast.b.label.clone(),
            judgement: condition.judge(&contrast.comparison),
            is_percent: condition.is_percent,
        };
        conditions.iter().map(verdict).collect::<Vec<_>>()
    };
    contrasts.iter().flat_map(of_contrast).collect()
}

/// Says which conditions hold or cannot be judged, on stderr whatever the options, and how the process shall end.
pub fn tell(verdicts: &[Verdict]) -> Exit {
    let mut exit = Exit::Done;
    for verdict in verdicts {
        let Verdict {
            condition, result, ..
        } = verdict;
        match &verdict.judgement {
            Judgement::Holds(low, high) => {
                let percent = if verdict.is_percent { "%" } else { "" };
                complain(format_args!(
                    "failed: {condition} holds for {result}: the difference is between {}{percent} and {}{percent}",
                    significant(*low, 3),
                    significant(*high, 3),
                ));
                exit = Exit::ConditionHolds;
            }
            Judgement::Unknown(why) => {
                complain(format_args!(
                    "error: {condition} cannot be judged for {result}: {why}"
                ));
                if exit == Exit::Done {
                    exit = Exit::Failed;
                }
            }
            Judgement::DoesNotHold(..) => {}
        }
    }
    exit
}
