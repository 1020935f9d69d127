#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sigmatic_fuzz::run("rule_text", data));
