//! What each gets when there is not enough: max-min and dominant-resource fairness, and water-filling.
//!
//! Max-min fairness raises everybody's share together until they have what they ask for (Bertsekas and Gallager,
//! Data Networks, 1992, section 6.5.2). With several resources the share that counts is the dominant one (Ghodsi
//! et al., NSDI 2011). Water-filling maximises `Σ a_i·ln(1 + x_i)` (Boyd and Vandenberghe, 2004, example 5.2).
//! Amounts are in the unit of the total; results are exact up to rounding.

use super::is_positive;

/// Weighted max-min shares of `total`: nobody gets more than it asks for, and among those who get less, amounts
/// are in proportion to weights. Who has no weight shares what the others leave.
///
/// Negative or undefined amounts count as 0. One result for each pair of a demand and a weight.
#[must_use]
pub fn max_min(total: f64, demands: &[f64], weights: &[f64]) -> Vec<f64> {
    let claims: Vec<Claim> = demands
        .iter()
        .zip(weights)
        .map(|(&most, &weight)| Claim {
            per_task: vec![1.0],
            most,
            weight,
        })
        .collect();
    dominant_resource_tasks(&[total], &claims)
}

/// What one user asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// What a task needs of each resource (>= 0).
    pub per_task: Vec<f64>,
    /// Tasks asked for; may be infinite.
    pub most: f64,
    /// How large its share may be compared with others (>= 0).
    pub weight: f64,
}

impl Claim {
    /// What a task adds to the user's weighted dominant share; infinite where a resource is lacking altogether.
    fn share_of_task(&self, capacity: &[f64], weight: f64) -> f64 {
        let parts = self.per_task.iter().zip(capacity);
        let part = |(&needed, &all): (&f64, &f64)| {
            if is_positive(needed) {
                needed / all.max(0.0)
            } else {
                0.0
            }
        };
        parts.map(part).fold(0.0, f64::max) / weight
    }
}

/// Tasks of each user under weighted dominant-resource fairness: the dominant shares rise together, and a user stops
/// when it has all its tasks or a resource that it needs is used up. Tasks are divisible.
///
/// Who has no weight is served from what the others leave. A user that needs nothing gets all that it asks for.
#[must_use]
pub fn dominant_resource_tasks(capacity: &[f64], claims: &[Claim]) -> Vec<f64> {
    let mut left: Vec<f64> = capacity.iter().map(|all| all.max(0.0)).collect();
    let mut tasks = vec![0.0; claims.len()];
    for weighted in [true, false] {
        let of_round = |claim: &Claim| is_positive(claim.weight) == weighted;
        let each: Vec<f64> = claims
            .iter()
            .map(|claim| claim.share_of_task(capacity, if weighted { claim.weight } else { 1.0 }))
            .collect();
        let mut rising: Vec<usize> = (0..claims.len())
            .filter(|&user| of_round(&claims[user]))
            .collect();
        rising.retain(|&user| {
            if each[user] == 0.0 {
                tasks[user] = claims[user].most.max(0.0);
            }
            is_positive(each[user]) && each[user].is_finite() && is_positive(claims[user].most)
        });
        // Shares rise from 0 in stages; in each somebody is satisfied or something runs out.
        let mut share = 0.0;
        while !rising.is_empty() {
            let satisfied = rising
                .iter()
                .map(|&user| claims[user].most * each[user] - share);
            let mut rise = satisfied.fold(f64::INFINITY, f64::min);
            let use_of = |resource: usize| -> f64 {
                let part = |&user: &usize| {
                    claims[user].per_task.get(resource).copied().unwrap_or(0.0) / each[user]
                };
                rising
                    .iter()
                    .map(part)
                    .filter(|part| is_positive(*part))
                    .sum()
            };
            let uses: Vec<f64> = (0..left.len()).map(use_of).collect();
            for (&left, &used) in left.iter().zip(&uses) {
                if used > 0.0 {
                    rise = rise.min(left / used);
                }
            }
            let rise = rise.max(0.0);
            share += rise;
            for &user in &rising {
                tasks[user] += rise / each[user];
            }
            for (resource, used) in uses.iter().enumerate() {
                let after = left[resource] - used * rise;
                // What rounding leaves of a resource is nothing.
                left[resource] = if after <= 1e-12 * capacity[resource] {
                    0.0
                } else {
                    after
                };
            }
            rising.retain(|&user| {
                let needs = claims[user].per_task.iter().zip(&left);
                let lacks = needs
                    .clone()
                    .any(|(&needed, &left)| needed > 0.0 && left <= 0.0);
                let most = claims[user].most;
                let has_all = tasks[user] >= most * (1.0 - 1e-14);
                if has_all {
                    tasks[user] = most;
                }
                !lacks && !has_all
            });
        }
    }
    tasks
}

/// The amounts `x_i >= 0` that sum to `total` and maximise `Σ a_i·ln(1 + x_i)`.
///
/// With `k` amounts above 0 these are `a_i·(total + k)/Σa - 1`. Negative or undefined `a_i` get nothing; without a
/// positive one nothing is given.
#[must_use]
pub fn water_filling(gains: &[f64], total: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..gains.len())
        .filter(|&i| is_positive(gains[i]))
        .collect();
    order.sort_by(|&i, &j| gains[j].total_cmp(&gains[i]));
    let total = total.max(0.0);
    let mut amounts = vec![0.0; gains.len()];
    let (mut sum, mut price) = (0.0, f64::INFINITY);
    for (taken, &i) in order.iter().enumerate() {
        // The last whose gain at 0 is above the price that it would make.
        let with = (sum + gains[i]) / (total + taken as f64 + 1.0);
        if gains[i] <= with {
            break;
        }
        (sum, price) = (sum + gains[i], with);
    }
    for i in order {
        amounts[i] = (gains[i] / price - 1.0).max(0.0);
    }
    amounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim(per_task: &[f64], most: f64, weight: f64) -> Claim {
        Claim {
            per_task: per_task.to_vec(),
            most,
            weight,
        }
    }

    fn close(found: &[f64], known: &[f64], error: f64) {
        assert_eq!(found.len(), known.len());
        let mut pairs = found.iter().zip(known);
        assert!(
            pairs.all(|(a, b)| (a - b).abs() < error),
            "{found:?} against {known:?}"
        );
    }

    #[test]
    fn oracles() {
        let a = [5.0, 3.0, 1.0];
        close(
            &water_filling(&a, 10.0),
            &[6.222_222_222, 3.333_333_333, 0.444_444_444],
            1e-9,
        );
        close(&water_filling(&a, 2.0), &[1.5, 0.5, 0.0], 1e-15);
        let users = [
            claim(&[1.0, 4.0], f64::INFINITY, 1.0),
            claim(&[3.0, 1.0], f64::INFINITY, 1.0),
        ];
        close(
            &dominant_resource_tasks(&[9.0, 18.0], &users),
            &[3.0, 2.0],
            1e-14,
        );
        let shares = max_min(100.0, &[20.0, 50.0, 60.0], &[1.0, 1.0, 2.0]);
        close(&shares, &[20.0, 80.0 / 3.0, 160.0 / 3.0], 1e-12);
    }

    #[test]
    fn edges() {
        close(
            &max_min(10.0, &[4.0, 9.0, 9.0], &[1.0, 0.0, 0.0]),
            &[4.0, 3.0, 3.0],
            1e-14,
        );
        close(&max_min(0.0, &[4.0], &[1.0]), &[0.0], 1e-300);
        close(&max_min(-1.0, &[4.0], &[1.0]), &[0.0], 1e-300);
        close(
            &max_min(9.0, &[-4.0, f64::NAN, 2.0], &[1.0, 1.0, f64::NAN]),
            &[0.0, 0.0, 2.0],
            1e-14,
        );
        close(&max_min(9.0, &[f64::INFINITY], &[2.0]), &[9.0], 1e-14);
        assert!(max_min(1.0, &[], &[]).is_empty());
        close(
            &dominant_resource_tasks(&[5.0], &[claim(&[0.0], 7.0, 1.0)]),
            &[7.0],
            1e-300,
        );
        close(
            &water_filling(&[0.0, -1.0, f64::NAN], 5.0),
            &[0.0; 3],
            1e-300,
        );
        close(&water_filling(&[2.0, 1.0], 0.0), &[0.0; 2], 1e-300);
        close(&water_filling(&[2.0, 2.0], f64::NAN), &[0.0; 2], 1e-300);
    }

    /// The least weighted share gets a crumb more, until nobody can take one.
    fn crumbs(capacity: &[f64], claims: &[Claim], crumb: f64) -> Vec<f64> {
        let mut left = capacity.to_vec();
        let mut shares = vec![0.0; claims.len()];
        let mut done = vec![false; claims.len()];
        while let Some(user) = (0..claims.len())
            .filter(|&user| !done[user])
            .min_by(|&a, &b| f64::total_cmp(&shares[a], &shares[b]))
        {
            let more = crumb / claims[user].share_of_task(capacity, claims[user].weight);
            let fits = claims[user]
                .per_task
                .iter()
                .zip(&left)
                .all(|(needed, left)| needed * more <= *left);
            let tasks =
                (shares[user] + crumb) / claims[user].share_of_task(capacity, claims[user].weight);
            if !fits {
                // All need all resources, so what is used up for one is for all.
                break;
            }
            if tasks > claims[user].most {
                done[user] = true;
                continue;
            }
            shares[user] += crumb;
            let used = claims[user].per_task.iter().map(|needed| needed * more);
            left.iter_mut()
                .zip(used)
                .for_each(|(left, used)| *left -= used);
        }
        (0..claims.len())
            .map(|user| shares[user] / claims[user].share_of_task(capacity, claims[user].weight))
            .collect()
    }

    proptest! {
        #[test]
        fn dominant_shares_are_progressive_filling(
            capacity in prop::collection::vec(5.0f64..20.0, 3),
            users in prop::collection::vec((prop::collection::vec(0.5f64..4.0, 3), 0.2f64..12.0, 0.5f64..3.0), 1..5),
        ) {
            let claims: Vec<Claim> = users.iter().map(|(per_task, most, weight)| claim(per_task, *most, *weight)).collect();
            let exact = dominant_resource_tasks(&capacity, &claims);
            let slow = crumbs(&capacity, &claims, 2e-5);
            for ((exact, slow), claim) in exact.iter().zip(&slow).zip(&claims) {
                let share = claim.share_of_task(&capacity, claim.weight);
                prop_assert!((exact - slow).abs() * share < 5e-3, "{exact} against {slow}");
            }
        }

        #[test]
        fn nobody_gains_but_from_who_has_less_for_its_weight(
            total in 0.0f64..50.0,
            asks in prop::collection::vec((0.0f64..20.0, 0.1f64..5.0), 1..8),
        ) {
            let (demands, weights): (Vec<f64>, Vec<f64>) = asks.into_iter().unzip();
            let shares = max_min(total, &demands, &weights);
            let sum: f64 = shares.iter().sum();
            prop_assert!((sum - total.min(demands.iter().sum())).abs() < 1e-9);
            for short in (0..shares.len()).filter(|&user| shares[user] < demands[user] - 1e-9) {
                for other in 0..shares.len() {
                    prop_assert!(shares[other] / weights[other] <= shares[short] / weights[short] + 1e-9);
                }
            }
        }

        /// The conditions of Karush, Kuhn and Tucker: equal marginal gain where something is given, none higher where not.
        #[test]
        fn water_stands_level(total in 0.01f64..50.0, gains in prop::collection::vec(0.01f64..9.0, 1..8)) {
            let amounts = water_filling(&gains, total);
            prop_assert!((amounts.iter().sum::<f64>() - total).abs() < 1e-9 * total.max(1.0));
            let marginal = |i: usize| gains[i] / (1.0 + amounts[i]);
            let price = (0..gains.len()).map(marginal).fold(0.0, f64::max);
            for (i, &amount) in amounts.iter().enumerate() {
                prop_assert!(amount >= 0.0);
                prop_assert!(amount < 1e-9 || marginal(i) > price * (1.0 - 1e-9));
            }
        }
    }
}
