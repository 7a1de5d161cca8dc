//! Versions and the distance between them: PEP 440 for PyPI, semver for npm.
