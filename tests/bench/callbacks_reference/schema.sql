-- What the reference receiver keeps: notices as they came, payments with their state.
CREATE TABLE payments (
    reference      text PRIMARY KEY,
    amount         bigint NOT NULL,
    state          text NOT NULL DEFAULT 'pending',
    transaction_no text,
    paid_at        timestamptz
);
CREATE TABLE inbox (
    digest      bytea PRIMARY KEY,
    reference   text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    raw         text NOT NULL
);
