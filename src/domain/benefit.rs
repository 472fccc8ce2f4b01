//! In which direction a change of an analyte is a benefit.

use super::mismatch::words;

words! {
    /// What is a benefit to the patient. Which analytes have one, and on what ground, stands in
    /// `catalogue/README.md`.
    Benefit as "a direction of benefit" {
        /// A lower value.
        Lower = "lower",
        /// A higher value.
        Higher = "higher",
    }
}

words! {
    /// Where a change goes, seen from the patient's benefit.
    Direction as "a direction" {
        /// Toward benefit.
        Better = "better",
        /// Away from it.
        Worse = "worse",
        /// Neither.
        NoChange = "no change",
    }
}

impl Benefit {
    /// Where a change goes.
    pub fn direction_of(self, change: f64) -> Direction {
        let toward = match self {
            Benefit::Lower => -change,
            Benefit::Higher => change,
        };
        match toward {
            toward if toward > 0.0 => Direction::Better,
            toward if toward < 0.0 => Direction::Worse,
            _ => Direction::NoChange,
        }
    }
}

impl Direction {
    /// 1 better, -1 worse, 0 no change.
    pub fn sign(self) -> i8 {
        match self {
            Direction::Better => 1,
            Direction::Worse => -1,
            Direction::NoChange => 0,
        }
    }

    /// The direction of this sign.
    pub fn of_sign(sign: f64) -> Direction {
        Benefit::Higher.direction_of(sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Catalogue;

    #[test]
    fn a_fall_is_better_where_lower_is() {
        assert_eq!(Benefit::Lower.direction_of(-1.1), Direction::Better);
        assert_eq!(Benefit::Lower.direction_of(0.1), Direction::Worse);
        assert_eq!(Benefit::Higher.direction_of(-1.1), Direction::Worse);
        assert_eq!(Benefit::Lower.direction_of(-0.0), Direction::NoChange);
        for direction in Direction::ALL {
            assert_eq!(Direction::of_sign(f64::from(direction.sign())), *direction);
        }
    }

    /// What isn't in this list has no undisputed direction: see `catalogue/README.md`.
    #[test]
    fn the_catalogue_has_a_direction_only_where_it_is_undisputed() {
        let of = |wanted| {
            let all = Catalogue::built_in().analytes().iter();
            let found = all.filter(|analyte| analyte.benefit() == Some(wanted));
            found.map(|analyte| analyte.key.as_str()).collect::<Vec<_>>()
        };
        let lower = [
            "hba1c",
            "fpg",
            "glu_random",
            "pg2h_ogtt",
            "pg2h_meal",
            "tg",
            "ldl",
            "uacr",
            "fructosamine",
            "ppg",
            "homa_ir",
        ];
        assert_eq!(of(Benefit::Lower), lower);
        assert_eq!(of(Benefit::Higher), ["hdl"]);
    }
}
