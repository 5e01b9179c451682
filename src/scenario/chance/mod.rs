//! Distributions as a scenario writes them: a plain value, or one tag with its parameters, those
//! with a dimension as quantities (`{ lognormal = { mean = "12h", cv = 1.0 } }`).

mod form;

use self::form::form;
use super::form::{Form, Key, Leaf, Presence, TableForm};
use super::leaf;
use super::quantity::{Complaint, Dimension};
use super::reader::{Read, Reader};
use super::tree::{Node, Value};
use crate::distribution::Distribution;

/// A distribution whose values are durations, in seconds.
pub enum Durations {}

/// A distribution whose values are plain numbers.
pub enum Numbers {}

impl Read<Distribution> for Durations {
    fn form() -> Form {
        form(Leaf::Quantity(Dimension::Duration))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Distribution> {
        read(node, reader, Leaf::Quantity(Dimension::Duration))
    }
}

impl Read<Distribution> for Numbers {
    fn form() -> Form {
        form(Leaf::Number)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Distribution> {
        read(node, reader, Leaf::Number)
    }
}

/// A value in the distribution's own dimension.
fn measured(node: &Node, reader: &mut Reader<'_>, measure: Leaf) -> Option<f64> {
    match measure {
        Leaf::Quantity(dimension) => leaf::quantity(node, reader, dimension),
        _ => leaf::number(node, reader, measure),
    }
}

fn read(node: &Node, reader: &mut Reader<'_>, measure: Leaf) -> Option<Distribution> {
    let Form::Either(_, table) = form(measure) else {
        return None;
    };
    let Form::Choice(tags) = *table else {
        return None;
    };
    if node.as_table().is_none() {
        let value = measured(node, reader, measure)?;
        if value < 0.0 {
            reader.complain(
                node.at,
                &Complaint::new("this is negative", "write 0 or more"),
            );
            return None;
        }
        return Some(Distribution::Constant(value));
    }
    let (tag, inner) = reader.tag(node, &tags, false)?;
    let Form::Table(form) = &tags.iter().find(|key| key.name == tag)?.form else {
        return None;
    };
    reader.within(tag, |reader| {
        reader.table(inner, form)?;
        if tag == "empirical" {
            return empirical(inner, reader, form, measure);
        }
        let numbers: Vec<Option<f64>> = form
            .keys
            .iter()
            .map(|key| parameter(inner, reader, key))
            .collect();
        let numbers: Vec<f64> = numbers.into_iter().collect::<Option<_>>()?;
        build(tag, &numbers)
            .map_err(|complaint| reader.complain(inner.at, &complaint))
            .ok()
    })
}

/// One numeric parameter, with its bounds. An optional one is a limit, and infinite where it is left out.
fn parameter(table: &Node, reader: &mut Reader<'_>, key: &Key) -> Option<f64> {
    let Form::Leaf(measure) = key.form else {
        return None;
    };
    let Some(node) = table.get(key.name) else {
        if key.presence == Presence::Optional {
            return Some(f64::INFINITY);
        }
        let hint = format!(
            "{} For example `{} = {}`",
            key.doc,
            key.name,
            key.form.example()
        );
        reader.complain(
            table.at,
            &Complaint::new(format!("the key `{}` is missing", key.name), hint),
        );
        return None;
    };
    reader.within(key.name, |reader| {
        let value = measured(node, reader, measure)?;
        in_range(node, reader, key).then_some(value)
    })
}

fn in_range(node: &Node, reader: &mut Reader<'_>, key: &Key) -> bool {
    let Some((range, offender)) = key.out_of_range(node) else {
        return true;
    };
    reader.complain(
        offender.at,
        &Complaint::new(format!("this must be {}", range.describe()), key.doc),
    );
    false
}

/// The distribution of a tag, from its parameters in the order of its form.
fn build(tag: &str, numbers: &[f64]) -> Result<Distribution, Complaint> {
    match (tag, numbers) {
        ("lognormal", &[mean, cv]) => Ok(Distribution::Lognormal { mean, cv }),
        ("normal", &[mean, cv, within]) => Ok(Distribution::Normal { mean, cv, within }),
        ("exponential", &[mean]) => Ok(Distribution::Exponential { mean }),
        ("gamma", &[mean, cv]) => Ok(Distribution::Gamma { mean, cv }),
        ("weibull", &[mean, cv]) => Ok(Distribution::Weibull { mean, cv }),
        ("uniform", &[from, to]) if from <= to => Ok(Distribution::Uniform { from, to }),
        ("uniform", _) => Err(Complaint::new("`from` is greater than `to`", "swap them")),
        ("pareto", &[shape, min, max]) if min < max => Ok(Distribution::Pareto { shape, min, max }),
        ("pareto", _) => Err(Complaint::new(
            "`min` is not below `max`",
            "a truncated power law needs room between them",
        )),
        _ => Err(Complaint::new(
            "this is no distribution",
            "use a plain value",
        )),
    }
}

fn empirical(
    table: &Node,
    reader: &mut Reader<'_>,
    form: &TableForm,
    measure: Leaf,
) -> Option<Distribution> {
    let mut columns = Vec::new();
    for key in &form.keys {
        let own = if key.name == "values" {
            measure
        } else {
            Leaf::Number
        };
        let Some(node) = table.get(key.name) else {
            reader.complain(
                table.at,
                &Complaint::new(format!("the key `{}` is missing", key.name), key.doc),
            );
            continue;
        };
        let Value::Array(items) = &node.value else {
            reader.within(key.name, |reader| reader.wrong_kind(node, &key.form));
            continue;
        };
        let numbers: Vec<Option<f64>> = reader.within(key.name, |reader| {
            items
                .iter()
                .map(|item| measured(item, reader, own))
                .collect()
        });
        if let Some(numbers) = numbers.into_iter().collect::<Option<Vec<f64>>>()
            && reader.within(key.name, |reader| in_range(node, reader, key))
        {
            columns.push(numbers);
        }
    }
    let [values, weights]: [Vec<f64>; 2] = columns.try_into().ok()?;
    let total: f64 = weights.iter().sum();
    let complaint = if values.len() != weights.len() {
        Complaint::new(
            format!("{} values have {} weights", values.len(), weights.len()),
            "write one weight for each value",
        )
    } else if !(total > 0.0 && total.is_finite()) {
        Complaint::new(
            "the weights add up to nothing that can be drawn from",
            "at least one must be more than 0",
        )
    } else {
        return Some(Distribution::Empirical { values, weights });
    };
    reader.complain(table.at, &complaint);
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse::parse_value;
    use crate::scenario::problem::Problem;

    fn durations(text: &str) -> (Option<Distribution>, Vec<Problem>) {
        let mut problems = Vec::new();
        let root = Form::Map(Box::new(Durations::form()));
        let node = parse_value(text, 0, 0).expect("TOML");
        let value =
            <Durations as Read<Distribution>>::read(&node, &mut Reader::new(&root, &mut problems));
        (value, problems)
    }

    #[test]
    fn distributions_are_read_in_their_base_unit() {
        let cases = [
            ("\"12h\"", Distribution::Constant(43_200.0)),
            (
                "{ lognormal = { mean = \"24h\", cv = 1 } }",
                Distribution::Lognormal {
                    mean: 86_400.0,
                    cv: 1.0,
                },
            ),
            (
                "{ normal = { mean = \"10s\", cv = 0.4 } }",
                Distribution::Normal {
                    mean: 10.0,
                    cv: 0.4,
                    within: f64::INFINITY,
                },
            ),
            (
                "{ normal = { mean = \"10s\", cv = 0.4, within = 2 } }",
                Distribution::Normal {
                    mean: 10.0,
                    cv: 0.4,
                    within: 2.0,
                },
            ),
            (
                "{ uniform = { from = \"1s\", to = \"2s\" } }",
                Distribution::Uniform { from: 1.0, to: 2.0 },
            ),
            (
                "{ pareto = { shape = 1.5, min = \"1s\", max = \"1h\" } }",
                Distribution::Pareto {
                    shape: 1.5,
                    min: 1.0,
                    max: 3600.0,
                },
            ),
            (
                "{ empirical = { values = [\"1s\", \"3s\"], weights = [1, 2.5] } }",
                Distribution::Empirical {
                    values: vec![1.0, 3.0],
                    weights: vec![1.0, 2.5],
                },
            ),
        ];
        for (text, expected) in cases {
            let (value, problems) = durations(text);
            assert_eq!(value, Some(expected), "{problems:?}");
            assert!(problems.is_empty());
        }
    }

    #[test]
    fn bad_parameters_are_refused() {
        let cases = [
            ("5", "needs a unit"),
            ("{}", "exactly one"),
            ("{ lognormal = { mean = \"1h\" } }", "`cv` is missing"),
            ("{ lognormal = { mean = \"0h\", cv = 1.0 } }", "more than 0"),
            ("{ lognormal = { mean = \"1h\", cv = -1.0 } }", "at least 0"),
            (
                "{ normal = { mean = \"1h\", cv = 1.0, within = 0 } }",
                "at least 0.01",
            ),
            (
                "{ lognormal = { mean = \"1h\", cv = 1.0, sd = 2.0 } }",
                "no key `sd`",
            ),
            (
                "{ uniform = { from = \"2h\", to = \"1h\" } }",
                "greater than",
            ),
            (
                "{ pareto = { shape = 1.5, min = \"1h\", max = \"1h\" } }",
                "not below",
            ),
            (
                "{ empirical = { values = [\"1h\"], weights = [0] } }",
                "add up to nothing",
            ),
            (
                "{ empirical = { values = [\"1h\"], weights = [1, 2] } }",
                "1 values have 2 weights",
            ),
            (
                "{ empirical = { values = [], weights = [] } }",
                "add up to nothing",
            ),
            (
                "{ logormal = { mean = \"1h\", cv = 1.0 } }",
                "no key `logormal`",
            ),
            (
                "{ gamma = { mean = \"1h\", cv = 1 }, weibull = { mean = \"1h\", cv = 1 } }",
                "both `gamma` and `weibull`",
            ),
        ];
        for (text, message) in cases {
            let (value, problems) = durations(text);
            assert!(
                problems
                    .iter()
                    .any(|problem| problem.message.contains(message)),
                "{text}: {problems:?}"
            );
            assert!(
                value.is_none()
                    || message.starts_with("both")
                    || message.starts_with("no key `sd`"),
                "{text}"
            );
        }
    }
}
