//! What must hold for any input: monotone in servers, always a probability, never NaN.

use super::{Spread, WaitingLaw, law};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn more_servers_never_wait_longer(
        log_c in -2.0f64..12.0, distance in -3.0f64..3.0, backlog in 0.0f64..10.0, idle in any::<bool>(),
        log_service in -5.0f64..6.0, log_horizon in 0.0f64..12.0, log_x in -8.0f64..6.0,
        more in 1e-6f64..0.5, cv2 in (0.0f64..4.0, 0.0f64..4.0), gini in 0.0f64..1.0,
    ) {
        let servers = log_c.exp();
        // Loads within a few √c of the servers, where everything happens.
        let load = (servers + distance * servers.sqrt()).max(0.0);
        let (service_s, horizon_s, x_s) = (log_service.exp(), log_horizon.exp(), log_x.exp());
        let backlog = if idle { 0.0 } else { backlog * servers.sqrt() };
        let build = |c: f64| WaitingLaw::new(c, load, service_s, cv2.0, Spread { cv2: cv2.1, gini }, backlog * service_s / c);
        let (fewer, more) = (build(servers), build(servers * (1.0 + more)));
        for x_s in [0.0, x_s] {
            prop_assert!(more.survival_at(horizon_s, x_s) <= fewer.survival_at(horizon_s, x_s) + 1e-9);
            prop_assert!(more.mean_survival(horizon_s, x_s) <= fewer.mean_survival(horizon_s, x_s) + 1e-9);
        }
        let scale_s = 1.0 + fewer.waits(horizon_s).mean_s;
        prop_assert!(more.waits(horizon_s).mean_s <= fewer.waits(horizon_s).mean_s + 1e-9 * scale_s);
        prop_assert!(more.waits(horizon_s).at_end_s <= fewer.waits(horizon_s).at_end_s + 1e-9 * scale_s);
    }

    #[test]
    fn always_a_probability(
        log_c in -30.0f64..30.0, log_rho in -30.0f64..8.0, log_service in -20.0f64..20.0, log_w0 in -40.0f64..40.0,
        log_horizon in -20.0f64..25.0, log_x in -40.0f64..40.0, cv2 in (0.0f64..50.0, 0.0f64..50.0),
    ) {
        let servers = log_c.exp();
        let law = WaitingLaw::new(servers, servers * log_rho.exp(), log_service.exp(), cv2.0, Spread::gamma(cv2.1), log_w0.exp());
        let (horizon_s, x_s) = (log_horizon.exp(), log_x.exp());
        for p in [law.survival_at(horizon_s, x_s), law.mean_survival(horizon_s, x_s), law.survival_at_rest(x_s)] {
            prop_assert!((0.0..=1.0).contains(&p), "{p}");
        }
        for wait_s in [law.waits(horizon_s).mean_s, law.waits(horizon_s).at_end_s, law.stationary_mean_with_limit(x_s)] {
            prop_assert!(wait_s.is_finite() && wait_s >= 0.0, "{wait_s}");
        }
        prop_assert!(law.loss_rate(x_s) >= 0.0);
        prop_assert!(law.shed_work(horizon_s, x_s) >= 0.0);
    }

    #[test]
    fn a_rough_answer_is_near_the_full_one(
        log_c in 0.0f64..14.0, distance in -30.0f64..30.0, log_horizon in 3.0f64..9.0, log_x in -8.0f64..8.0,
        backlog in 0.0f64..10.0,
    ) {
        let servers = log_c.exp();
        let load = (servers + distance * servers.sqrt()).max(0.0);
        let law = law(servers, load, 1.0, backlog * servers.sqrt());
        let (horizon_s, x_s) = (log_horizon.exp(), log_x.exp());
        for x_s in [0.0, x_s] {
            let off = law.rough_mean_survival(horizon_s, x_s) - law.mean_survival(horizon_s, x_s);
            prop_assert!(off.abs() < 3e-4, "{off} with {servers} servers at {x_s} s");
        }
    }

    #[test]
    fn averages_lie_between(
        distance in -3.0f64..3.0, backlog in 0.0f64..300.0, log_horizon in -2.0f64..9.0, x_s in 0.0f64..5.0,
    ) {
        let law = law(100.0, 100.0 + 10.0 * distance, 1.0, backlog);
        let horizon_s = log_horizon.exp();
        prop_assert!(law.mean_survival(horizon_s, x_s) >= law.mean_survival(horizon_s, x_s + 0.1) - 1e-12);
        let (whole, half) = (law.waits(horizon_s).mean_s, law.waits(0.5 * horizon_s).mean_s);
        prop_assert!(whole >= 0.5 * half - 1e-12);
    }
}
