//! `--axis`: an axis on the command line, `KEY=FROM..TO/STEP` or `KEY=[VALUES]`. It is named by its key.

use std::path::Path;

use super::super::base::Base;
use super::super::parse::parse_value;
use super::super::problem::{Problem, Sources};
use super::super::set::form_at;
use super::super::tree::{Location, Value};
use super::axis::{Axis, Written};
use super::range::{Ends, Scale};

/// Reads one argument against the scenario that it varies.
pub(super) fn axis(
    argument: &str,
    base: &Base,
    sources: &mut Sources,
) -> Result<Axis, Vec<Problem>> {
    let source = sources.add_in(Some(Path::new("")), "--axis argument", argument);
    let at = |start: usize, end: usize| Location { source, start, end };
    let Some((key, text)) = argument.split_once('=') else {
        let message = format!("`--axis {argument}` has no `=`");
        let hint = "write `--axis 'pool.main.accelerators=1024..4096/256'` or `--axis 'run.step=[\"1h\", \"6h\"]'`";
        return Err(vec![
            Problem::error(at(0, argument.len()), message).hint(hint),
        ]);
    };
    let key_at = at(0, key.len());
    let path = key.trim().to_owned();
    let segments: Vec<&str> = path.split('.').collect();
    let form = form_at(&base.form, &segments).map_err(|refusal| vec![refusal.at(key_at)])?;
    let start = key.len() + 1 + (text.len() - text.trim_start().len());
    let text = text.trim();
    let whole = at(start, start + text.len());
    let written = if text.starts_with('[') {
        let node = parse_value(text, source, start)?;
        match node.value {
            Value::Array(values) => Written::List(values, whole),
            _ => Written::List(vec![node], whole),
        }
    } else {
        let range = Scale::of(form).and_then(|scale| ends(text, scale, whole));
        Written::Ends(range.map(Box::new).ok_or_else(|| {
            let message = format!("`{text}` is neither a range nor an array");
            let hint = match Scale::of(form) {
                Some(_) => "write FROM..TO/STEP, as in 1024..4096/256 or 0h..8h/1h, or [a, b, c]",
                None => "write the values as an array: `[a, b, c]`, strings in quotes",
            };
            vec![Problem::error(whole, message).hint(hint)]
        })?)
    };
    Axis::read(path.clone(), (path, key_at), written, base)
}

/// `FROM..TO/STEP`; a rate has a `/` of its own, so the one that leaves two values is the step's.
fn ends(text: &str, scale: Scale, whole: Location) -> Option<Ends> {
    let (from, rest) = text.split_once("..")?;
    let step_scale = match scale {
        Scale::Date => Scale::Quantity(super::super::quantity::Dimension::Duration),
        other => other,
    };
    let split = rest.match_indices('/').find_map(|(at, _)| {
        let (to, step) = (rest.get(..at)?, rest.get(at + 1..)?);
        scale.measure_text(to.trim())?;
        step_scale.measure_text(step.trim())?;
        Some((to, at))
    });
    let (to, slash) = split.or_else(|| rest.rsplit_once('/').map(|(to, _)| (to, to.len())))?;
    let step = rest.get(slash + 1..)?;
    let base = whole.start;
    let place = |start: usize, text: &str| Location {
        source: whole.source,
        start: base + start,
        end: base + start + text.len(),
    };
    let to_start = from.len() + 2;
    Some(Ends {
        from: scale.typed(from, place(0, from)),
        to: scale.typed(to, place(to_start, to)),
        step: Some(step_scale.typed(step, place(to_start + slash + 1, step))),
        at: whole,
    })
}
