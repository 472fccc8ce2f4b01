//! Who was a responder in publications.

/// A rule that a publication used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// Who is a responder.
    pub rule: &'static str,
    /// Which publication, and what it did otherwise.
    pub source: &'static str,
}

/// Rules of publications on cells in type 2 diabetes. Those that no publication named here defines to the
/// end have none: for how long somebody has to be free of insulin is said in a rule.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "hba1c",
        rule: "HbA1c < 7.0 %",
        source: "the glycaemic part of zang-2022 and bhansali-2017",
    },
    Preset {
        name: "bhansali-2009",
        rule: "insulin dose reduced >= 50 %",
        source: "Bhansali A et al., Stem Cells Dev 2009;18:1407-1416, doi:10.1089/scd.2009.0164, at 6 months; \
                 Indian J Endocrinol Metab 2014;18:838-845, doi:10.4103/2230-8210.140257, at 15 months",
    },
    Preset {
        name: "bhansali-2017",
        rule: "HbA1c < 7.0 % and insulin dose reduced >= 50 %",
        source: "Bhansali S et al. 2017, PMC5496640, at 6 months; the better secretion of or sensitivity to \
                 insulin that it asks as well is not asked here",
    },
    Preset {
        name: "zang-2022",
        rule: "HbA1c < 7.0 % and insulin dose reduced >= 50 %",
        source: "Zang L et al., Stem Cell Res Ther 2022;13, doi:10.1186/s13287-022-02848-6, at 48 weeks",
    },
];
