-- audit_form: the key of the form that did it, so that a form sent twice is done once (fcgi/adr/0027)
ALTER TABLE audit ADD COLUMN form_key VARCHAR(100) NULL, ADD UNIQUE KEY audit_form (form_key);
