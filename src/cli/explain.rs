//! `flexcap explain`: what a key, a metric, a policy or an exit code means.

use std::fmt::Write as _;

use clap::Args;
use flexcap::policy::POLICIES;
use flexcap::results::metrics;
use flexcap::scenario::explain as keys;
use flexcap::scenario::nearest;
use serde_json::json;

use super::answer;
use super::exit::{Exit, MEANINGS};
use super::report_errors::UsageError;
use super::terminal::Terminal;

/// Explain a key of scenarios or sweeps, a metric, a policy or the exit codes
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:  flexcap explain pool.main.flexible_share\n           \
    flexcap explain sweep.design\n           \
    flexcap explain slo_attainment\n           flexcap explain metrics"
)]
pub struct Arguments {
    /// `keys`, `metrics`, `policies`, `exit-codes`, or the name of one key, metric or policy
    topic: String,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let topic = arguments.topic.as_str();
    let text = match topic {
        "keys" => all_keys()?,
        "metrics" => metrics::explain(),
        "policies" => policies()?,
        "exit-codes" => MEANINGS.to_owned(),
        _ => one(topic).ok_or_else(|| UsageError(unknown(topic)))?,
    };
    if terminal.json {
        answer(&format!("{:#}\n", json!({ "topic": topic, "text": text })))
    } else {
        answer(&text)
    }
}

/// A metric and a policy may share a name; a key's last word only counts where neither has it.
fn one(topic: &str) -> Option<String> {
    let policy = POLICIES.iter().find(|policy| policy.name == topic);
    let policy = policy.map(|policy| {
        let keys = keys::explain_key(&format!("policy.{topic}")).unwrap_or_default();
        format!("policy {}: {}\n\n{keys}", policy.name, policy.rule)
    });
    let metric = metrics::explain_metric(topic);
    let named: Vec<String> = metric.into_iter().chain(policy).collect();
    (!named.is_empty())
        .then(|| named.join("\n"))
        .or_else(|| keys::explain_key(topic))
        .or_else(|| keys_ending_in(topic))
}

/// All keys whose last word is the topic, where its tables are left out.
fn keys_ending_in(topic: &str) -> Option<String> {
    let keys = keys::keys();
    let texts: Vec<String> = keys
        .iter()
        .filter(|key| key.path.rsplit('.').next() == Some(topic))
        .filter_map(|key| keys::explain_key(&key.path))
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn all_keys() -> Result<String, std::fmt::Error> {
    let keys = keys::keys();
    let width = keys.iter().map(|key| key.path.len()).max().unwrap_or(0);
    let mut text = String::new();
    for key in &keys {
        writeln!(text, "{:width$}  {}", key.path, key.summary)?;
    }
    Ok(text)
}

fn policies() -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for policy in POLICIES {
        writeln!(text, "{}\n  {}", policy.name, policy.rule)?;
    }
    Ok(text)
}

fn unknown(topic: &str) -> String {
    let metrics = metrics::METRICS.iter().map(|metric| metric.name);
    let policies = POLICIES.iter().map(|policy| policy.name);
    let topics = ["keys", "metrics", "policies", "exit-codes"];
    match nearest(topic, metrics.chain(policies).chain(topics)) {
        Some(name) => format!("nothing is called `{topic}`; did you mean `{name}`?"),
        None => format!(
            "nothing is called `{topic}`; `flexcap explain keys` and `flexcap explain metrics` list \
             what there is"
        ),
    }
}
