//! What must hold of a record beside the others of the registry, whether it is added or edited.
//! What a text alone can get wrong is refused earlier, where it is read.

use crate::domain::{
    AdverseEvent, Day, DayZero, Infusion, Medication, Mismatch, PartialDate, Patient, Statement,
    may_be_meant, nearest,
};
use crate::store::{Change, StoreError, Stored, patients, reports};

/// What is wrong with a record, if anything is.
type Wrong = Result<Option<Mismatch>, StoreError>;

impl Change<'_> {
    /// A patient that is not recorded.
    pub(super) fn unknown_patient(&self, key: &str) -> Result<Mismatch, StoreError> {
        let keys = self.told(patients::keys(&self.transaction))?;
        Ok(unknown("patient", key, &keys))
    }

    /// The numbers of a patient's reports, or the first that is not recorded. The file keeps which
    /// report is the first and no order of the others: the patient gets the order it comes back in.
    pub(in crate::store) fn reports_of(
        &self,
        patient: &mut Patient,
    ) -> Result<Result<Vec<i64>, Mismatch>, StoreError> {
        let mut found = Vec::new();
        for key in &patient.reports {
            let Some(id) = self.report_id(key)? else {
                let known = self.told(reports::keys(&self.transaction))?;
                return Ok(Err(unknown("report", key, &known)));
            };
            let report = (id, key.clone());
            if !found.contains(&report) {
                found.push(report);
            }
        }
        if let Some((_, others)) = found.split_first_mut() {
            others.sort();
        }
        let (ids, keys) = found.into_iter().unzip();
        patient.reports = keys;
        Ok(Ok(ids))
    }

    /// The number of the report that a patient was recorded from: sources belong to it.
    pub(in crate::store) fn first_report(
        &self,
        patient: &Patient,
    ) -> Result<Option<i64>, StoreError> {
        match patient.reports.first() {
            Some(key) => self.report_id(key),
            None => Ok(None),
        }
    }

    /// An infusion of an unknown product, or on an odd day beside the others of the patient.
    pub(in crate::store) fn check_infusion(
        &self,
        infusion: &Infusion,
        others: &[Infusion],
    ) -> Wrong {
        if let Some(product) = &infusion.product
            && self.product(product)?.is_none()
        {
            return Ok(Some(unknown("product", product, &self.product_keys()?)));
        }
        Ok(self.odd_day(infusion, others))
    }

    /// An infusion before day 0 where day 0 is the first, or one out of the order of the numbers.
    fn odd_day(&self, infusion: &Infusion, known: &[Infusion]) -> Option<Mismatch> {
        let day = infusion.day?;
        let from_first = self.rules().day_zero == DayZero::FirstInfusion;
        if from_first && (day < Day(0) || (infusion.number == 1 && day != Day(0))) {
            let expected = "day 0 for the first infusion and later days for the others, as day 0 \
                            is the day of the first infusion here";
            return Some(Mismatch::new(day.to_string(), expected));
        }
        let odd = known.iter().find(|other| {
            let both = other.day.map(|other_day| (other.number.cmp(&infusion.number), other_day));
            both.is_some_and(|(order, other_day)| match order {
                std::cmp::Ordering::Less => other_day > day,
                std::cmp::Ordering::Equal => false,
                std::cmp::Ordering::Greater => other_day < day,
            })
        })?;
        let expected = format!(
            "a day in the order of the numbers: infusion {} is on day {}",
            odd.number,
            odd.day.map_or_else(String::new, |day| day.to_string())
        );
        Some(Mismatch::new(day.to_string(), expected).mend("number the infusions by their days"))
    }

    /// A statement about a visit that is not recorded.
    pub(in crate::store) fn check_statement(
        &self,
        patient: &Stored<Patient>,
        statement: &Statement,
    ) -> Wrong {
        let Some(label) = &statement.visit else { return Ok(None) };
        let visits = self.visits_of(patient.id)?;
        let labels: Vec<String> = visits.into_iter().map(|visit| visit.record.label).collect();
        Ok((!labels.contains(label)).then(|| unknown("visit", label, &labels)))
    }

    /// An event after an infusion that is not recorded, or one that ends before it starts.
    pub(in crate::store) fn check_event(
        &self,
        patient: &Stored<Patient>,
        event: &AdverseEvent,
    ) -> Wrong {
        if let Some(number) = event.infusion {
            let infusions = self.infusions_of(patient.id)?;
            let numbers: Vec<_> = infusions.iter().map(|one| one.number.to_string()).collect();
            if !numbers.contains(&number.to_string()) {
                return Ok(Some(unknown("infusion", &number.to_string(), &numbers)));
            }
        }
        let onset = (event.onset_day, event.onset_date.as_ref());
        Ok(ends_before(onset, (event.end_day, event.end_date.as_ref())))
    }
}

/// A dose without its unit, or an episode that ends before it starts.
pub(in crate::store) fn check_medication(medication: &Medication) -> Option<Mismatch> {
    if let (Some(dose), None) = (medication.dose_per_day, &medication.dose_unit) {
        let mismatch = Mismatch::new(dose.to_string(), "a dose with its unit");
        return Some(mismatch.mend("give the unit, for example --unit mg or --unit U"));
    }
    let start = (medication.start_day, medication.start_date.as_ref());
    ends_before(start, (medication.end_day, medication.end_date.as_ref()))
}

type When<'a> = (Option<Day>, Option<&'a PartialDate>);

/// Something that ends before it starts, as far as days or full dates tell.
fn ends_before(start: When<'_>, end: When<'_>) -> Option<Mismatch> {
    if let (Some(start), Some(end)) = (start.0, end.0)
        && end < start
    {
        return Some(Mismatch::new(end.to_string(), format!("an end on or after day {start}")));
    }
    let (start, end) = (start.1?, end.1?);
    let is_before = end.days_since(start).is_some_and(|days| days < Day(0));
    is_before.then(|| Mismatch::new(end.as_str(), format!("an end on or after {start}")))
}

/// Something of this noun that is not recorded, with the nearest that is.
fn unknown(noun: &str, key: &str, known: &[String]) -> Mismatch {
    let article = if noun == "infusion" { "an" } else { "a" };
    let alike = known.iter().map(String::as_str).filter(|near| may_be_meant(near, key));
    let mend = match nearest(key, alike) {
        Some(near) => format!("did you mean \"{near}\"? `casebook {noun} list` shows all"),
        None if noun == "infusion" => "record the infusion first".to_owned(),
        None => format!("record it first with `casebook {noun} add`"),
    };
    Mismatch::new(key, format!("{article} {noun} that is recorded")).mend(mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> PartialDate {
        PartialDate::parse(text).expect("a date")
    }

    #[test]
    fn an_end_before_the_start_is_seen_in_days_and_in_full_dates_only() {
        let days = |start, end| ends_before((Some(Day(start)), None), (Some(Day(end)), None));
        assert!(days(3, 3).is_none());
        assert_eq!(days(3, 2).expect("wrong").expected, "an end on or after day 3");
        let (march, february, year) = (date("2024-03-01"), date("2024-02-01"), date("2024"));
        let dates = |start, end| ends_before((None, Some(start)), (None, Some(end)));
        assert!(dates(&march, &february).is_some());
        assert!(dates(&february, &march).is_none() && dates(&march, &year).is_none());
    }

    #[test]
    fn a_dose_has_a_unit_and_no_dose_needs_none() {
        let medication = |dose| Medication { dose_per_day: dose, ..Medication::default() };
        assert!(check_medication(&medication(Some(0.0))).is_some());
        assert!(check_medication(&medication(None)).is_none());
    }
}
