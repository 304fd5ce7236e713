-- outbox: an act freezes the content, its number, envelope and signature come a moment later (fcgi/adr/0009); nobody may take a row before
ALTER TABLE outbox
    MODIFY tenant_seq BIGINT NULL CHECK (tenant_seq >= 1),
    MODIFY state VARCHAR(16) NOT NULL CHECK (state IN ('queued', 'leased', 'unknown', 'stored', 'accepted', 'returned', 'dead', 'hold', 'corrupt')),
    ADD content LONGTEXT NOT NULL DEFAULT '',
    ADD content_mac VARCHAR(64) NOT NULL DEFAULT '',
    MODIFY claim_at DATETIME(6) AS (CASE WHEN tenant_seq IS NULL THEN NULL WHEN state = 'queued' THEN next_try
                                    WHEN state = 'unknown' THEN next_try WHEN state = 'leased' THEN lease_until END) STORED,
    ADD KEY outbox_unsealed (tenant_seq, state);
