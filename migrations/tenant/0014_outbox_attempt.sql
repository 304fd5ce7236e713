-- outbox_attempt: every try to deliver a message; the account may add, never change
CREATE TABLE outbox_attempt (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    message     BIGINT NOT NULL,
    at          DATETIME(6) NOT NULL,
    fence       BIGINT NOT NULL,
    status      INT NOT NULL,
    error       VARCHAR(400) NOT NULL,
    request_sm3 VARCHAR(64) NOT NULL,
    answer      LONGTEXT NOT NULL,
    KEY outbox_attempt_message (message, id),
    CONSTRAINT outbox_attempt_of_outbox FOREIGN KEY (message) REFERENCES outbox (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
