//! The form of distributions: the tags, the parameters of each, and their bounds.

use crate::scenario::form::{Form, Key, Leaf, Presence, TableForm};
use crate::scenario::range::Range;

/// A parameter: its name, whether it has the values' own dimension, its bounds, its meaning.
type Parameter = (&'static str, bool, Option<Range>, &'static str);

/// The one that may be left out.
const WITHIN: Parameter = (
    "within",
    false,
    Some(Range(">= 0.01, <= 100")),
    "If given, only what lies within so many standard deviations of the mean is drawn.",
);

const MEAN: Parameter = ("mean", true, Some(Range("> 0")), "The mean.");
const CV: Parameter = (
    "cv",
    false,
    Some(Range(">= 0, <= 100")),
    "Coefficient of variation: standard deviation over mean.",
);
const CV_POSITIVE: Parameter = (
    "cv",
    false,
    Some(Range("> 0, <= 100")),
    "Coefficient of variation: standard deviation over mean.",
);

/// Tags with numeric parameters; `empirical`, with its arrays, is apart.
const TAGS: &[(&str, &str, &[Parameter])] = &[
    (
        "lognormal",
        "Skewed to the right, as service and repair times are.",
        &[MEAN, CV],
    ),
    (
        "normal",
        "The bell curve, cut at zero.",
        &[MEAN, CV, WITHIN],
    ),
    (
        "uniform",
        "Equally likely between two values.",
        &[
            ("from", true, Some(Range(">= 0")), "Least value."),
            ("to", true, Some(Range(">= 0")), "Greatest value."),
        ],
    ),
    (
        "exponential",
        "Memoryless, of coefficient of variation 1.",
        &[MEAN],
    ),
    (
        "gamma",
        "Sums of exponentials, between regular and bursty.",
        &[MEAN, CV_POSITIVE],
    ),
    (
        "weibull",
        "Times to failure that age or that fail young.",
        &[MEAN, CV_POSITIVE],
    ),
    (
        "pareto",
        "A power law between two values.",
        &[
            (
                "shape",
                false,
                Some(Range("> 0, <= 1000")),
                "Exponent of the tail: smaller is heavier.",
            ),
            ("min", true, Some(Range("> 0")), "Least value."),
            ("max", true, Some(Range("> 0")), "Greatest value."),
        ],
    ),
];

/// The form of a distribution whose values are of kind `measure`.
pub fn form(measure: Leaf) -> Form {
    let key = |name, doc, form, range| Key {
        name,
        doc,
        presence: if name == WITHIN.0 {
            Presence::Optional
        } else {
            Presence::Required
        },
        form,
        range,
    };
    let mut tags: Vec<Key> = TAGS
        .iter()
        .map(|(tag, doc, parameters)| {
            let keys = parameters.iter().map(|&(name, own, range, doc)| {
                key(
                    name,
                    doc,
                    Form::Leaf(if own { measure } else { Leaf::Number }),
                    range,
                )
            });
            key(
                tag,
                doc,
                Form::Table(TableForm {
                    keys: keys.collect(),
                    ..TableForm::default()
                }),
                None,
            )
        })
        .collect();
    let list = |leaf| Form::List(Box::new(Form::Leaf(leaf)), None);
    let keys = vec![
        key(
            "values",
            "The values seen.",
            list(measure),
            Some(Range(">= 0")),
        ),
        key(
            "weights",
            "How often each is drawn, relative to the others.",
            list(Leaf::Number),
            Some(Range(">= 0")),
        ),
    ];
    tags.push(key(
        "empirical",
        "One of the given values.",
        Form::Table(TableForm {
            keys,
            ..TableForm::default()
        }),
        None,
    ));
    Form::Either(Box::new(Form::Leaf(measure)), Box::new(Form::Choice(tags)))
}
