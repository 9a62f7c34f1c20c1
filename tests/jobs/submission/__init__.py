"""How jobs are submitted, admitted and stored."""
