"""Operations on tables, and the computation of their results."""
