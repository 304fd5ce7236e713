-- projects by the day they were handed in: lists of one year, a unit's projects within a window
ALTER TABLE project ADD KEY project_window (submitted_on, unit_code, total_investment, state);
