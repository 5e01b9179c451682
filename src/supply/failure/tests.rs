use super::*;

#[test]
fn hourly_counts_are_poisson_on_both_sides_of_the_change_of_method() {
    let hours = 200_000;
    for mean in [0.02, 2.3, 29.9, 30.1, 400.0] {
        let mut stream = Streams::new(42, 0).stream("main", "failures");
        let counts: Vec<f64> = (0..hours)
            .map(|_| poisson(mean, &mut stream) as f64)
            .collect();
        let average = counts.iter().sum::<f64>() / f64::from(hours);
        let squares = counts.iter().map(|count| (count - mean).powi(2));
        let variance = squares.sum::<f64>() / f64::from(hours);
        let error = (mean / f64::from(hours)).sqrt();
        assert!((average - mean).abs() < 4.0 * error, "{average} of {mean}");
        // The variance of a Poisson count's squared deviation is mean (1 + 2 mean).
        let error = (mean * (1.0 + 2.0 * mean) / f64::from(hours)).sqrt();
        assert!(
            (variance - mean).abs() < 4.0 * error,
            "{variance} of {mean}"
        );
        let none = counts.iter().filter(|&&count| count == 0.0).count() as f64;
        let expected = (-mean).exp() * f64::from(hours);
        assert!((none - expected).abs() <= 4.0 * expected.sqrt() + 1.0);
    }
}

#[test]
fn a_larger_mean_never_gives_fewer_failures() {
    let counts = |mean| {
        let mut stream = Streams::new(42, 0).stream("main", "failures");
        (0..1_000)
            .map(|_| poisson(mean, &mut stream))
            .collect::<Vec<_>>()
    };
    let (few, many) = (counts(3.0), counts(3.5));
    assert!(few.iter().zip(&many).all(|(few, many)| few <= many));
    assert!(counts(0.0).iter().all(|&count| count == 0));
}

#[test]
fn failures_hit_holders_in_proportion_to_what_they_hold() {
    let loaded = Scenario::load("starter", &[]).expect("a shipped scenario");
    let mut failures = Failures::new(&loaded.scenario, &Streams::new(42, 0));
    let mut hits = [0; 4];
    failures.split(0, 100_000, &[1_000, 1_000, 4_000, 5_000], &mut hits);
    for (hits, share) in hits.into_iter().zip([0.2, 0.0, 0.6, 0.2]) {
        let error = (share * (1.0 - share) * 1e5_f64).sqrt();
        assert!((f64::from(hits as u32) - share * 1e5).abs() <= 4.0 * error);
    }
    // Where nobody holds any, the last is hit.
    let mut hits = [0; 2];
    failures.split(0, 3, &[0, 0], &mut hits);
    assert_eq!(hits, [0, 3]);
}
