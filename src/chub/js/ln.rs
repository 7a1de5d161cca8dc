//! The natural logarithm, digit for digit as JavaScript engines compute it.
//!
//! The search index stores `ln` of small fractions as shortest decimal texts, so the last bit shows. The
//! standard library and the `libm` crate take another last step than V8, which uses FreeBSD's msun; this is a
//! port of that function, `e_log.c`, whose notice follows.
//!
//! ```text
//! ====================================================
//! Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//!
//! Developed at SunSoft, a Sun Microsystems, Inc. business.
//! Permission to use, copy, modify, and distribute this
//! software is freely granted, provided that this notice
//! is preserved.
//! ====================================================
//! ```

const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LO: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
const TWO_54: f64 = f64::from_bits(0x4350_0000_0000_0000);
const LG1: f64 = f64::from_bits(0x3fe5_5555_5555_5593);
const LG2: f64 = f64::from_bits(0x3fd9_9999_9997_fa04);
const LG3: f64 = f64::from_bits(0x3fd2_4924_9422_9359);
const LG4: f64 = f64::from_bits(0x3fcc_71c5_1d8e_78af);
const LG5: f64 = f64::from_bits(0x3fc7_4664_96cb_03de);
const LG6: f64 = f64::from_bits(0x3fc3_9a09_d078_c69f);
const LG7: f64 = f64::from_bits(0x3fc2_f112_df3e_5244);

/// The upper 32 bits of a double, as the signed number that the algorithm compares.
fn high_word(x: f64) -> i32 {
    let bytes = x.to_bits().to_be_bytes();
    i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The same double with other upper 32 bits.
fn with_high_word(x: f64, high: i32) -> f64 {
    let mut bytes = x.to_bits().to_be_bytes();
    bytes[..4].copy_from_slice(&high.to_be_bytes());
    f64::from_bits(u64::from_be_bytes(bytes))
}

/// `Math.log(x)`: minus infinity for zero, NaN below it.
#[must_use]
pub fn ln(x: f64) -> f64 {
    let mut x = x;
    let mut hx = high_word(x);
    let mut k = 0;
    if hx < 0x0010_0000 {
        if x == 0.0 {
            return f64::NEG_INFINITY;
        }
        if hx < 0 {
            return f64::NAN;
        }
        // A subnormal number is scaled up first.
        k -= 54;
        x *= TWO_54;
        hx = high_word(x);
    }
    if hx >= 0x7ff0_0000 {
        return x + x;
    }
    k += (hx >> 20) - 1023;
    hx &= 0x000f_ffff;
    let i = (hx + 0x0009_5f64) & 0x0010_0000;
    let f = with_high_word(x, hx | (i ^ 0x3ff0_0000)) - 1.0;
    k += i >> 20;
    let dk = f64::from(k);
    if (0x000f_ffff & (2 + hx)) < 3 {
        if f == 0.0 {
            return if k == 0 { 0.0 } else { dk * LN2_HI + dk * LN2_LO };
        }
        let r = f * f * (0.5 - 0.333_333_333_333_333_3 * f);
        return if k == 0 {
            f - r
        } else {
            dk * LN2_HI - ((r - dk * LN2_LO) - f)
        };
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (LG2 + w * (LG4 + w * LG6));
    let t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
    let r = t2 + t1;
    if (hx - 0x0006_147a) | (0x0006_b851 - hx) > 0 {
        let half = 0.5 * f * f;
        if k == 0 {
            f - (half - s * (half + r))
        } else {
            dk * LN2_HI - ((half - (s * (half + r) + dk * LN2_LO)) - f)
        }
    } else if k == 0 {
        f - s * (f - r)
    } else {
        dk * LN2_HI - ((s * (f - r) - dk * LN2_LO) - f)
    }
}

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn special_values() {
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert!(ln(-1.0).is_nan());
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert_eq!(ln(1.0), 0.0);
    }

    /// Arguments and results recorded from Node 20 by `tests/registry/record.mjs`, as the bits of doubles.
    #[test]
    fn every_recorded_logarithm_is_the_same_to_the_last_bit() {
        let mut count = 0;
        for line in include_str!("../../../tests/registry/logarithms.txt").lines() {
            let (x, y) = line.split_once(' ').expect("two numbers");
            let bits = |text| u64::from_str_radix(text, 16).expect("hexadecimal");
            let x = f64::from_bits(bits(x));
            assert_eq!(ln(x).to_bits(), bits(y), "ln({x:e})");
            count += 1;
        }
        assert!(count >= 3000, "{count} lines");
    }
}
