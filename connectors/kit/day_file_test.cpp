// Tests of day files, and the shared vectors about payments.
#include "connectors/kit/day_file.hpp"

#include "gateway/core/identifiers.hpp"
#include "gateway/core/payment.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace gw;
using core::Document;

namespace {

Document vectors(const char* name) {
    std::ifstream file(std::string("tests/vectors/") + name);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    return *formats::read_json(text).value().at("/vectors");
}

std::int64_t number(const Document& object, const char* name) {
    const Document* value = object.find(name);
    return value == nullptr ? -1 : value->as_integer().value_or(-1);
}

constexpr const char* header =
    "line_type,provider,merchant_code,transaction_time,provider_transaction,reference,dossier_code,"
    "amount,fee_amount,net_amount,currency,status,method,bank_code,settlement_date,"
    "settlement_batch,beneficiary_account,original_transaction,description\n";
constexpr const char* line =
    "TXN,bank,LTTEST01,2026-01-05T14:32:08+07:00,PP0000000001,LT260057K3M9Q2C,H56.14-260105-0007,"
    "16000,100,15900,VND,SUCCESS,bank,TESTBANK,2026-01-06,B20260106-01,0001,,Le phi\n";
constexpr const char* trailer =
    "TRAILER,bank,LTTEST01,2026-01-05T23:59:59+07:00,1,,,16000,100,15900,VND,,,,,,,,\n";
constexpr const char* name = "bank_LTTEST01_20260105_1.csv";

connector_kit::DayFileProfile profile() {
    connector_kit::DayFileProfile p;
    p.provider = "bank";
    return p;
}

/// "" when it is taken, else why not.
std::string refusal(const std::string& bytes, const char* file = name) {
    const auto digest = crypto::to_hex(crypto::sha256(bytes)) + "  " + file + "\n";
    const auto read = connector_kit::read_day_file(file, bytes, digest, profile());
    if (read) return "";
    CHECK(read.error().code == "recon.file_refused");
    return read.error().what;
}

core::DayToMatch day_of(const Document& input) {
    core::DayToMatch day;
    day.day = *core::parse_iso_day(input.text_of("day"));
    day.run_at = *core::parse_rfc3339(input.text_of("run_at"));
    for (const Document& p : input.find("payments")->items()) {
        core::MatchPayment payment;
        payment.id = p.text_of("id");
        payment.reference = p.text_of("reference");
        payment.provider_transaction = p.text_of("provider_transaction");
        payment.amount = number(p, "amount");
        payment.state = p.text_of("state");
        payment.fee_set = p.text_of("fee_set");
        payment.has_receipts = !p.find("receipts")->items().empty();
        day.payments.push_back(payment);
    }
    for (const Document& l : input.find("provider_lines")->items()) {
        core::ProviderLine one;
        one.type = "TXN";
        one.line = static_cast<int>(number(l, "line"));
        one.provider_transaction = l.text_of("provider_transaction");
        one.reference = l.text_of("reference");
        one.description = l.text_of("description");
        one.amount = one.net = number(l, "amount");
        one.status = l.text_of("status");
        one.batch = l.text_of("settlement_batch");
        day.lines.push_back(one);
    }
    day.credits.emplace();
    for (const Document& c : input.find("bank_credits")->items()) {
        core::BankCredit credit;
        credit.batch = c.text_of("settlement_batch");
        credit.amount = number(c, "amount");
        day.credits->push_back(credit);
    }
    for (const Document& f : input.find("fee_sets")->items()) {
        core::FeeSet fees;
        fees.id = f.text_of("fee_set");
        fees.state = f.text_of("state");
        day.fee_sets.push_back(fees);
    }
    return day;
}

std::string words(const core::Difference& d) {
    std::string out = d.code + " " + d.payment + " " + d.batch + " " + d.fee_set + " ";
    out += std::to_string(d.line);
    if (d.code == "E8") out += " " + std::to_string(d.expected) + " " + std::to_string(d.found);
    return out;
}

std::string words(const Document& d) {
    std::string out = d.text_of("code") + " " + d.text_of("payment") + " " + d.text_of("batch") +
                      " " + d.text_of("fee_set") + " " + std::to_string(number(d, "line"));
    if (d.text_of("code") == "E8") out += " " + d.text_of("expected") + " " + d.text_of("credited");
    return out;
}

}  // namespace

TEST_CASE("vectors payment-states: the table allows exactly these steps") {
    int allowed = 0;
    const Document rows = vectors("payment-states.json");
    REQUIRE(rows.size() > 60);
    for (const Document& row : rows.items()) {
        CAPTURE(row.text_of("id"));
        const auto from = core::payment_state_from_word(row.at("/input/from")->as_text());
        const auto to = core::payment_state_from_word(row.at("/input/to")->as_text());
        REQUIRE(from.has_value());
        REQUIRE(to.has_value());
        const bool expected = row.find("expected")->as_boolean();
        CHECK((core::payment_rule(*from, *to) != 0) == expected);
        allowed += expected ? 1 : 0;
    }
    CHECK(core::payment_steps().size() == static_cast<std::size_t>(allowed));
}

TEST_CASE("vectors gateway-reference: made, refused and found again in memos") {
    const Document rows = vectors("gateway-reference.json");
    for (const Document& row : rows.items()) {
        CAPTURE(row.text_of("id"));
        if (const Document* memo = row.at("/input/memo")) {
            const auto found = core::payment_references_in(memo->as_text());
            std::vector<std::string> expected;
            for (const Document& one : row.find("expected")->items())
                expected.push_back(one.as_text());
            CHECK(found == expected);
            continue;
        }
        const auto day_of_year = std::stoi(row.at("/input/day_of_year")->as_text());
        const std::chrono::sys_days new_year = std::chrono::year(2026) / 1 / 1;
        const core::Day day(new_year + std::chrono::days(day_of_year - 1));
        const auto made = core::payment_reference(day, row.at("/input/random")->as_text());
        CHECK(made.value_or("") == row.text_of("expected"));
        if (made) CHECK(core::is_payment_reference(*made));
    }
}

TEST_CASE("vectors reconciliation: every difference of the small day") {
    const Document rows = vectors("reconciliation.json");
    for (const Document& row : rows.items()) {
        const auto day = day_of(*row.find("input"));
        const auto match = core::match_day(day);
        std::vector<std::string> expected, found;
        for (const Document& d : row.at("/expected/exceptions")->items())
            expected.push_back(words(d));
        for (const auto& d : match.differences) found.push_back(words(d));
        std::sort(expected.begin(), expected.end());
        std::sort(found.begin(), found.end());
        CHECK(found == expected);
        std::vector<std::pair<std::string, int>> matched;
        for (const Document& m : row.at("/expected/matched")->items())
            matched.emplace_back(m.text_of("payment"), static_cast<int>(number(m, "line")));
        CHECK(match.matched == matched);
        std::vector<std::string> untouched;
        for (const Document& p : row.at("/expected/untouched")->items())
            untouched.push_back(p.as_text());
        CHECK(match.untouched == untouched);
        const auto report = core::day_report(day, match, "bank", "f.csv");
        CHECK(report.text_of("state") == row.at("/expected/day_state")->as_text());
        CHECK(match.ask == std::vector<std::string>{"p3", "p4"});
    }
}

TEST_CASE("match: E2 waits for the cut-off plus a day, near midnight for a day more") {
    core::DayToMatch day;
    day.day = *core::parse_iso_day("2026-01-05");
    core::MatchPayment payment;
    payment.id = "p1";
    payment.state = "receipt_issued";
    payment.fee_set = "F1";
    payment.paid_at = core::parse_rfc3339("2026-01-05T12:00:00+07:00");
    day.payments = {payment};
    day.run_at = *core::parse_rfc3339("2026-01-07T05:59:00+07:00");
    CHECK(core::match_day(day).waiting == 1);
    CHECK(core::day_report(day, core::match_day(day), "b", "").text_of("state") == "matching");
    day.run_at += std::chrono::minutes(1);
    CHECK(core::match_day(day).differences.at(0).code == "E2");
    day.payments[0].paid_at = core::parse_rfc3339("2026-01-05T23:40:00+07:00");
    CHECK(core::match_day(day).waiting == 1);
    day.payments[0].seen_before = true;  // in the file of the 6th
    CHECK(core::match_day(day).waiting == 0);
    CHECK(core::day_report(day, core::match_day(day), "b", "").text_of("state") == "closed");
}

TEST_CASE("match: 20,000 lines by number, by reference and by what the memo says") {
    constexpr int count = 20'000;
    core::DayToMatch day;
    day.day = *core::parse_iso_day("2026-01-05");
    day.run_at = *core::parse_rfc3339("2026-01-06T06:00:00+07:00");
    for (int i = 0, number = 1'000'000; i < count; ++number) {
        const auto digits = std::to_string(number);
        const auto reference = core::payment_reference(day.day, digits);
        if (!reference) continue;
        core::MatchPayment payment;
        payment.id = "p" + digits;
        payment.reference = *reference;
        payment.provider_transaction = i % 3 == 0 ? "N" + digits : "";
        payment.amount = 16'000;
        payment.state = "paid";
        payment.has_receipts = true;
        payment.fee_set = "f" + digits;
        core::FeeSet fees;
        fees.id = payment.fee_set;
        fees.state = "paid";
        core::ProviderLine one;
        one.type = "TXN";
        one.line = count - i;
        one.provider_transaction = "N" + digits;
        if (i % 3 == 1) one.reference = payment.reference;
        if (i % 3 == 2) one.description = "Le phi " + payment.reference;
        one.amount = one.net = payment.amount;
        one.status = "SUCCESS";
        day.payments.push_back(std::move(payment));
        day.fee_sets.push_back(std::move(fees));
        day.lines.push_back(std::move(one));
        ++i;
    }
    std::reverse(day.lines.begin(), day.lines.end());
    const auto match = core::match_day(day);
    CHECK(match.matched.size() == count);
    CHECK(match.differences.empty());
    CHECK(match.sum_dossiers == std::int64_t{count} * 16'000);
    // Two payments of one number: each takes one line, in their order.
    day.payments.resize(3);
    day.lines.resize(3);
    for (std::size_t i = 0; i < 3; ++i) {
        day.payments[i].provider_transaction = "N";
        day.lines[i].provider_transaction = "N";
        day.lines[i].line = static_cast<int>(i) + 1;
    }
    const auto three = core::match_day(day);
    REQUIRE(three.matched.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(three.matched[i].first == day.payments[i].id);
        CHECK(three.matched[i].second == static_cast<int>(i) + 1);
    }
}

TEST_CASE("match: E6 E7 E12: refunds without lines, lines without refunds, other merchants") {
    core::DayToMatch day;
    day.day = *core::parse_iso_day("2026-01-05");
    day.run_at = *core::parse_rfc3339("2026-01-25T06:00:00+07:00");
    day.merchants = {"LTTEST01"};
    core::MatchPayment payment;
    payment.id = "p1";
    payment.reference = "LT260057K3M9Q2C";
    payment.provider_transaction = "NP1";
    payment.state = "refund_requested";
    payment.amount = 5;
    payment.seen_before = true;
    core::MatchPayment::Refund refund;
    refund.id = "rfd_1";
    refund.state = "sent";
    refund.amount = 5;
    refund.confirm_by = core::parse_rfc3339("2026-01-20T00:00:00+07:00");
    payment.refunds = {refund};
    day.payments = {payment};
    CHECK(core::match_day(day).differences.at(0).code == "E6");
    core::ProviderLine back;
    back.line = 1;
    back.type = "REFUND";
    back.merchant = "LTTEST01";
    back.status = "SUCCESS";
    back.original = "NP1";
    back.provider_transaction = "RF1";
    back.amount = 5;
    day.lines = {back};
    const auto confirmed = core::match_day(day);
    CHECK(confirmed.facts.at(0).says.text_of("refund_id") == "rfd_1");
    day.lines[0].amount = 4;
    CHECK(core::match_day(day).differences.at(0).code == "E7");
    day.lines[0].merchant = "OTHER";
    CHECK(core::match_day(day).differences.at(0).code == "E12");
}

namespace {

/// A payment of 10 with one refund of 4, and a line that gives it back.
core::DayToMatch refund_day(const char* refund_state) {
    core::DayToMatch day;
    day.day = *core::parse_iso_day("2026-01-05");
    day.run_at = *core::parse_rfc3339("2026-01-06T07:00:00+07:00");
    core::MatchPayment payment;
    payment.id = "p1";
    payment.reference = "LT260057K3M9Q2C";
    payment.provider_transaction = "NP1";
    payment.state = "refund_requested";
    payment.amount = 10;
    payment.seen_before = true;
    core::MatchPayment::Refund refund;
    refund.id = "rfd_1";
    refund.state = refund_state;
    refund.amount = 4;
    payment.refunds = {refund};
    day.payments = {payment};
    core::ProviderLine back;
    back.line = 1;
    back.type = "REFUND";
    back.status = "SUCCESS";
    back.original = "NP1";
    back.provider_transaction = "RF1";
    back.amount = 4;
    day.lines = {back};
    return day;
}

std::string codes(const core::DayMatch& match) {
    std::string out;
    for (const auto& d : match.differences)
        out += d.code + (d.action.empty() ? "" : ":" + d.action) + " ";
    return out;
}

std::string said(const core::DayMatch& match) {
    std::string out;
    for (const auto& f : match.facts)
        out += f.says.text_of("state") + " " + f.says.text_of("refund_id") + " " +
               f.says.text_of("provider_refund") + ";";
    return out;
}

}  // namespace

TEST_CASE("match: a refund line that failed gives nothing back") {
    for (const char* status : {"FAILED", "REVERSED"}) {
        auto day = refund_day("sent");
        day.lines[0].status = status;
        const auto open = core::match_day(day);
        CHECK(said(open) == "");
        CHECK(codes(open) == "E6:query ");
        CHECK(open.ask == std::vector<std::string>{"p1"});
        day = refund_day("done");
        day.lines[0].status = status;
        const auto done = core::match_day(day);
        CHECK(codes(done) == "E6:dispute ");
        CHECK(said(done) == "refund_refused rfd_1 RF1;");
        // Made anew on the same day: the line that succeeded counts.
        day = refund_day("sent");
        day.lines.push_back(day.lines[0]);
        day.lines[0].status = status;
        day.lines[1].provider_transaction = "RF2";
        const auto again = core::match_day(day);
        CHECK(codes(again) == "");
        CHECK(said(again) == "refund_done rfd_1 RF2;");
    }
}

TEST_CASE("match: E7 of two lines for one refund the second is nobody's") {
    auto day = refund_day("sent");
    day.lines.push_back(day.lines[0]);
    day.lines[1].provider_transaction = "RF2";
    const auto twice = core::match_day(day);
    CHECK(codes(twice) == "E7:dispute ");
    CHECK(said(twice) == "refund_done rfd_1 RF1;refund_done  RF2;");
    // On another day, when the first is known by its number.
    day = refund_day("done");
    day.payments[0].refunds[0].provider_refund = "RF1";
    CHECK(codes(core::match_day(day)) == "");
    day.lines[0].provider_transaction = "RF2";
    CHECK(codes(core::match_day(day)) == "E7:dispute ");
    // The same line twice is no second refund.
    day = refund_day("sent");
    day.lines.push_back(day.lines[0]);
    CHECK(codes(core::match_day(day)) == "E7 ");
}

TEST_CASE("match: E7 a payment that the provider gave back and we did not") {
    auto day = refund_day("refused");
    day.payments[0].state = "paid";
    day.payments[0].has_receipts = true;
    day.lines[0].type = "TXN";
    day.lines[0].status = "REFUNDED";
    day.lines[0].original.clear();
    day.lines[0].provider_transaction = "NP1";
    day.lines[0].amount = 10;
    const auto given = core::match_day(day);
    CHECK(codes(given) == "E7:dispute ");
    CHECK(said(given) == "refund_done  ;");
    day.payments[0].refunds[0].state = "done";
    CHECK(codes(core::match_day(day)) == "");
    CHECK(core::match_day(day).matched.size() == 1);
}

TEST_CASE("day file: the example is read") {
    const std::string bytes = std::string(header) + line + trailer;
    CHECK(refusal(bytes) == "");
    const auto file =
        connector_kit::read_day_file(name, bytes, crypto::to_hex(crypto::sha256(bytes)), profile());
    REQUIRE(file.has_value());
    CHECK(file->merchant == "LTTEST01");
    CHECK(file->seq == 1);
    REQUIRE(file->lines.size() == 1);
    CHECK(file->lines[0].amount == 16'000);
    CHECK(file->lines[0].net == 15'900);
    CHECK(file->lines[0].reference == "LT260057K3M9Q2C");
}

TEST_CASE("day file: anything wrong refuses the whole file") {
    const std::string head = header, one = line, end = trailer;
    const auto with = [&](const char* from, const char* to) {
        std::string changed = one;
        changed.replace(changed.find(from), std::string(from).size(), to);
        return refusal(head + changed + end);
    };
    CHECK(with("16000", "16000.0") == "line 1: an amount is no whole number");
    CHECK(with("16000", "+16000") == "line 1: an amount is no whole number");
    CHECK(with("16000", "9999999999999") == "line 1: an amount is too large");
    CHECK(with("16000", "17000") == "the trailer does not fit the lines");
    CHECK(with("VND", "USD") == "line 1: currency is not VND");
    CHECK(with("TXN,bank", "TXN,card") == "line 1: line of another provider");
    CHECK(with("2026-01-05T", "2026-01-07T") == "line 1: line of another day");
    CHECK(with("SUCCESS", "DONE") == "line 1: unknown status");
    CHECK(refusal(head + one) != "");
    CHECK(refusal(head) == "there is no trailer");
    CHECK(refusal("") != "");
    CHECK(refusal(head + one + end, "bank_20260105_1.csv") != "");
    const auto read = connector_kit::read_day_file(name, head + one + end, "00", profile());
    CHECK(read.error().what == "the digest is not that of the file");
}

TEST_CASE("day file: a refund without a net amount adds nothing to the trailer's net") {
    std::string refund = line, end = trailer;
    refund.replace(0, 3, "REFUND");
    refund.replace(refund.find("16000,100,15900"), 15, "16000,0,");
    end.replace(end.find(",1,,,"), 5, ",2,,,");
    CHECK(refusal(std::string(header) + line + refund + end) == "");
}

TEST_CASE("day file: a provider's own columns and amounts") {
    std::string bytes = std::string(header) + line + trailer;
    bytes.replace(bytes.find("reference"), 9, "order_ref");
    auto p = profile();
    p.columns["reference"] = "order_ref";
    p.amount_factor = 100;
    const auto read =
        connector_kit::read_day_file(name, bytes, crypto::to_hex(crypto::sha256(bytes)), p);
    REQUIRE(read.has_value());
    CHECK(read->lines[0].amount == 160);
    CHECK(read->lines[0].reference == "LT260057K3M9Q2C");
}

TEST_CASE("statement: credits with a trailer that fits") {
    const std::string bytes =
        "account,booking_date,value_date,bank_transaction,direction,amount,currency,memo,"
        "counterparty,settlement_batch,balance_after\n"
        "0001,2026-01-06,2026-01-06,BT1,C,83000,VND,,,B1,100000\n"
        "0001,2026-01-06,2026-01-06,BT2,D,500,VND,,,,99500\n"
        "TRAILER,,,2,,83000,,,,,99500\n";
    const auto read = connector_kit::read_statement(bytes, crypto::to_hex(crypto::sha256(bytes)));
    REQUIRE(read.has_value());
    REQUIRE(read->size() == 1);
    CHECK(read->at(0).batch == "B1");
}
