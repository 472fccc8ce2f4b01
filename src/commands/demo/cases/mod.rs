//! The case files of the demonstration. `huang-2025.toml` is real and says only what its paper
//! says; the others are invented by `simulate.py` and marked as simulated in themselves.

/// Name and text of each case file, the real one first.
pub(super) const CASES: [(&str, &str); 10] = [
    ("huang-2025.toml", include_str!("huang-2025.toml")),
    ("simulated-1.toml", include_str!("simulated-1.toml")),
    ("simulated-2.toml", include_str!("simulated-2.toml")),
    ("simulated-3.toml", include_str!("simulated-3.toml")),
    ("simulated-4.toml", include_str!("simulated-4.toml")),
    ("simulated-5.toml", include_str!("simulated-5.toml")),
    ("simulated-6.toml", include_str!("simulated-6.toml")),
    ("simulated-7.toml", include_str!("simulated-7.toml")),
    ("simulated-8.toml", include_str!("simulated-8.toml")),
    ("simulated-9.toml", include_str!("simulated-9.toml")),
];
