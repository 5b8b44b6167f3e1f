"""The walkthrough, shown: synth, plan and apply against a local AWS, each step with what was observed."""
