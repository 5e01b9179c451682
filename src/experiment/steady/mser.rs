//! Where the warm-up ends: MSER-5. White (1997) averages the run in batches of 5 and deletes as many as make the rest's
//! squared standard error least: deleting what is far from the rest lowers its spread, deleting more than that
//! its size. White, Cobb and Spratt (2000) look no further than the middle of the run: a minimum there means that the run is still
//! on its way.

/// Values averaged before anything is weighed.
const BATCH: usize = 5;

/// The number of values to delete from the start: a multiple of 5. One past the middle says that the best would be there or
/// later.
pub(super) fn truncation(values: &[f64]) -> usize {
    let means: Vec<f64> = values
        .chunks_exact(BATCH)
        .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
        .collect();
    let middle = means.len() / 2;
    // From the end on, so that each tail is the last one and a value more (Welford 1962).
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    let (mut best, mut least) = (0, f64::INFINITY);
    for (place, value) in means.iter().enumerate().rev() {
        count += 1.0;
        let from_old = value - mean;
        mean += from_old / count;
        squares += from_old * (value - mean);
        let error = squares / (count * count);
        // Of equals the earliest, which deletes least.
        if place <= middle && error <= least {
            (best, least) = (place, error);
        }
    }
    match best == middle && middle > 0 {
        true => values.len() / 2 + 1,
        false => best * BATCH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_is_far_from_the_rest_is_deleted() {
        let wave = |i: usize| {
            if (i / BATCH).is_multiple_of(2) {
                1.0
            } else {
                -1.0
            }
        };
        let values: Vec<f64> = (0..400).map(wave).collect();
        assert_eq!(truncation(&values), 0);
        let mut late = values.clone();
        for value in late.iter_mut().take(60) {
            *value += 50.0;
        }
        assert_eq!(truncation(&late), 60);
    }

    /// By hand: batch means 9, 1, 2, 1, 2 have 46/25; without the first 1/16, without two 0.667/9.
    #[test]
    fn the_least_squared_error_by_hand() {
        let values: Vec<f64> = [9.0, 1.0, 2.0, 1.0, 2.0]
            .iter()
            .flat_map(|mean| [*mean; 5])
            .collect();
        assert_eq!(truncation(&values), 5);
    }

    #[test]
    fn a_run_that_is_still_on_its_way_is_not_cut_but_refused() {
        let values: Vec<f64> = (0..400).map(f64::from).collect();
        assert_eq!(truncation(&values), 201);
        assert_eq!(truncation(&[]), 0);
        assert_eq!(truncation(&[1.0; 400]), 0);
    }
}
