-- outbox_series: the last sequence number given to a peer, taken under its row lock
CREATE TABLE outbox_series (
    peer VARCHAR(64) NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last >= 1)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
