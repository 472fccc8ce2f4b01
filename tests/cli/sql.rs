//! `casebook sql`: questions of one's own, read-only.

use crate::support::Desk;

#[test]
fn a_question_and_its_answer_in_every_format() {
    let desk = Desk::demo();
    let asked = "sql \"SELECT sex, count(*) AS n, median(age_years) AS median, round(sd(age_years), 6) AS sd, \
                 round(t_lower(age_years), 6) AS lower, round(t_upper(age_years, 0.9), 6) AS upper \
                 FROM patients GROUP BY sex\"";
    shows!(
        desk.run(asked).ok().sound(),
        desk.run(&format!("{asked} --format csv")).ok().sound(),
        desk.run(&format!("{asked} --format md --rows 1")).ok().sound(),
        desk.run("sql --list").ok().sound(),
    );
    let page = desk.run(&format!("{asked} --format json")).ok().sound().json();
    assert_eq!(page["rows"].as_array().map(Vec::len), Some(3));
    assert!(page["rows"][0]["sd"].is_null() || page["rows"][0]["sd"].is_number());
}

/// The limits of a query are those of the summaries, and NULL gives NULL.
#[test]
fn exact_limits_and_tests() {
    let desk = Desk::small();
    let asked = "sql \"SELECT round(binomial_lower(0, 1), 6) AS lower, round(binomial_upper(0, 1), 6) AS upper, \
                 round(poisson_upper(0, 0.25), 6) AS rate, round(fisher_p(5, 1, 1, 6), 6) AS fisher, \
                 binomial_lower(NULL, 1) AS none, round(hodges_lehmann(x), 6) AS centre, \
                 signed_rank_p(x) AS signed_rank, round(t_p(x), 6) AS t \
                 FROM (SELECT column1 AS x FROM (VALUES (-1.0), (-2.0), (-4.0), (0.5), (NULL)))\"";
    shows!(desk.run(asked).ok().sound());
    let found = desk.run("sql \"SELECT binomial_upper(0, 1) AS upper\" --format json").ok().json();
    let upper = found["rows"][0]["upper"].as_f64().expect("a limit");
    assert!((upper - 0.975).abs() < 1e-12, "{upper}");
}

#[test]
fn two_columns_of_one_name_are_two() {
    let page = Desk::small().run("sql \"SELECT 1 AS n, 2 AS n\" --format json").ok().json();
    assert_eq!((&page["rows"][0]["n"], &page["rows"][0]["n_2"]), (&1.into(), &2.into()));
}

/// The statistics of a query are those of the summaries.
#[test]
fn a_query_and_a_summary_agree() {
    let desk = Desk::demo();
    let asked = "sql \"SELECT median(n) AS median, quantile(n, 0.75) AS q3, sd(n) AS sd FROM \
                 (SELECT count(*) AS n FROM infusions GROUP BY patient)\" --format json";
    let row = desk.run(asked).ok().json()["rows"][0].clone();
    let page = desk.run("summary exposure --format json").ok().json();
    for statistic in ["median", "q3", "sd"] {
        let results = page["results"].as_array().expect("results");
        let is_it = |result: &&serde_json::Value| {
            result["parameter"] == "Infusions per patient" && result["statistic"] == statistic
        };
        let found = results.iter().find(is_it).expect(statistic);
        assert_eq!(found["value"].as_f64(), row[statistic].as_f64(), "{statistic}");
    }
}

#[test]
fn a_query_changes_nothing() {
    let desk = Desk::small();
    let before = desk.files();
    desk.run("sql \"SELECT * FROM measurements\"").ok();
    assert!(desk.files() == before);
}
