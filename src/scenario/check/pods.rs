//! Checks of pods: whole servers, no larger than their pool, not too many, with room for the gangs
//! that the pool holds at the start, and of use to a campaign.

use super::Checker;
use super::supply::{per_server, whole_servers};
use crate::scenario::pods::initial;
use crate::scenario::{Kind, Pool, Within};

/// A pod is a fabric of many servers. Placing a gang looks at every pod of a pool.
const PODS_MAX: u64 = 1000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    for (name, pool) in &scenario.pool {
        let Some(pod) = pool.pod else { continue };
        let path = format!("pool.{name}.pod");
        whole_servers(checker, pool, pod, &path);
        if size(checker, name, pool, pod, &path) {
            gangs(checker, name, pool, &path);
        }
        useful(checker, name, pool, &path);
    }
}

/// Whether the pool divides into a sensible number of pods.
fn size(checker: &mut Checker<'_>, name: &str, pool: &Pool, pod: u64, path: &str) -> bool {
    let orders = checker.scenario.order.values();
    let ordered = orders
        .filter(|order| order.pool.name == name)
        .map(|order| order.accelerators);
    let all = ordered.fold(pool.accelerators, u64::saturating_add);
    if pod > all && !checker.damage.touches(&["order"]) {
        let message = format!(
            "a pod of `{name}` has {pod} accelerators, more than the pool ever has: {all}, orders included"
        );
        let hint = "leave `pod` out, and the pool is one pod";
        checker.error(checker.at(path), message, hint);
        return false;
    }
    let pods = all.div_ceil(pod.max(1));
    if pods > PODS_MAX {
        let message = format!(
            "pool `{name}` would have {pods} pods, orders included; the limit is {PODS_MAX}"
        );
        let hint = "a pod is a training fabric of hundreds or thousands of accelerators";
        checker.error(checker.at(path), message, hint);
        return false;
    }
    true
}

/// The gangs that the pool holds whole at the start need places in its pods.
fn gangs(checker: &mut Checker<'_>, name: &str, pool: &Pool, path: &str) {
    let held: u128 = pool.initial.values().map(|held| u128::from(*held)).sum();
    if held > u128::from(pool.accelerators) || checker.damage.touches(&["training"]) {
        return;
    }
    let Some(per) = per_server(checker, pool) else {
        return;
    };
    let Err(slot) = initial(checker.scenario, pool, per) else {
        return;
    };
    let Some((_, gang)) = checker.scenario.holders(pool).nth(slot) else {
        return;
    };
    // A gang for which every pod is too small is told where campaigns are checked.
    let training = checker.scenario.training.get(gang);
    let servers = training.and_then(|training| Some(training.campaign()?.gang.min));
    let mut pools = checker.scenario.pools_serving(gang, Kind::Training);
    if pools.all(|(_, pool)| pool.pod < servers && pool.pod.is_some()) {
        return;
    }
    let message = format!(
        "`pool.{name}.initial` holds the gang of `{gang}`, but beside the larger ones no pod has room for it"
    );
    let hint = format!(
        "gangs are laid out by falling size; let `{gang}` hold less than its gang at the start, \
         enlarge `{path}`, or write `within = \"pool\"` in [training.{gang}]"
    );
    let at = checker.key_at(&format!("pool.{name}.initial"), gang);
    checker.error(at, message, hint);
}

/// Pods where no gang asks for one change nothing.
fn useful(checker: &mut Checker<'_>, name: &str, pool: &Pool, path: &str) {
    let mut campaigns = checker.scenario.campaigns();
    let asked = campaigns.any(|(campaign, facts)| {
        facts.within == Within::Pod && pool.may_serve(campaign, Kind::Training)
    });
    if !asked && !checker.damage.touches(&["training"]) {
        let message =
            format!("pool `{name}` has pods, but no campaign that may run there asks for one");
        let hint = "write `within = \"pod\"` in a [training.…] table whose gang must not span pods";
        checker.warn(checker.at(path), message, hint);
    }
}
