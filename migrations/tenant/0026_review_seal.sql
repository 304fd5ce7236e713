-- review_seal: what each organ puts in so that none alone decides who is drawn; the words only once it is opened
CREATE TABLE review_seal (
    review      BIGINT NOT NULL,
    organ       VARCHAR(64) NOT NULL,
    organ_name  VARCHAR(200) NOT NULL,
    seal        VARCHAR(64) NOT NULL,
    person      VARCHAR(64) NOT NULL,
    person_name VARCHAR(100) NOT NULL,
    sealed_at   DATETIME(6) NOT NULL,
    words       VARCHAR(400) NULL,
    opened_at   DATETIME(6) NULL,
    PRIMARY KEY (review, organ),
    CONSTRAINT review_seal_of FOREIGN KEY (review) REFERENCES review (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
