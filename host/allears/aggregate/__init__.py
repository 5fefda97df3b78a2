"""From records to calls, half-hours and agent-days: Ibis expressions that know no engine, and what runs them."""
