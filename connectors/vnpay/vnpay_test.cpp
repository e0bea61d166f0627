// VNPAY: signatures by the published vectors, notices, questions, refunds.
#include "connectors/vnpay/codec.hpp"
#include "connectors/vnpay/connector.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

#include <random>

namespace gw::vnpay {
namespace {

using core::Document;

Document vectors() {
    static const Document all = *formats::read_json(
        mapping::test::file_text("tests/vectors/vnpay.json"), {4 << 20, 32, 10'000}
    );
    return *all.find("vectors");
}
Fields fields_of(const Document& vector) {
    Fields fields;
    for (const core::Member& m : vector.find("input")->members())
        fields[m.name] = m.value.as_text();
    return fields;
}
const Document& vector_of(const Document& all, std::string_view id) {
    for (const Document& v : all.items())
        if (v.text_of("id") == id) return v;
    throw std::logic_error("no such vector");
}

class HeardFacts : public ports::Facts {
public:
    std::vector<ports::FactMessage> heard;
    ports::FactResult result;
    bool repeated = false;
    std::optional<core::Error> fail;
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (fail) co_return *fail;
        ports::Taken taken;
        taken.repeated = repeated;
        const std::vector<ports::FactResult> results{result};
        if (message.answer) taken.answer = message.answer(results);
        if (!repeated) taken.results = results;
        heard.push_back(std::move(message));
        co_return taken;
    }
};

struct Kit {
    Kit() {
        const Document all = vectors();
        options.pay_url = "https://vnpay.test/paymentv2/vpcpay.html";
        options.api_url = "https://vnpay.test/merchant_webapi/api/transaction";
        options.terminal = "TESTTMN1";
        options.secret = vector_of(all, "pay").text_of("secret");
        options.return_url = "http://gw.test/pay/return";
        options.order_type = "other";
        options.ip_address = "127.0.0.1";
        options.ipn_path = "/v1/ipn/vnpay";
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/vnpay/answers.toml";
        connector_kit::Parts parts;
        parts.partner = "vnpay";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        desk = std::make_shared<Desk>(std::move(parts), options);
        payment = *formats::read_json(
            R"({"id":"pay_1","reference":"LT260057K3M9Q2C","dossier_code":"H56.14-260105-0007",
"amount":16000,"provider":"vnpay","state":"pending","started_at":"20260105143015","expires_at":"2026-01-05T14:45:15.000+07:00",
"provider_transaction":"14000001"})"
        );
    }
    core::Claim claim(std::string_view operation, Document refund_part = {}) const {
        core::Claim c;
        c.leg.operation = std::string(operation);
        Document snapshot = Document::object();
        snapshot.set("payment", payment);
        if (!refund_part.is_null()) snapshot.set("refund", std::move(refund_part));
        c.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        return c;
    }
    std::string notice(const std::string& query) {
        Notices source(desk);
        ports::InRequest request;
        request.method = "GET";
        request.query = query;
        const auto answer = test::run(io, source.receive(std::move(request), store));
        const auto body = formats::read_json(answer.body);
        return body ? body->text_of("RspCode") : "";
    }
    std::string query_of(std::string_view id) const {
        const Document all = vectors();
        const Fields fields = fields_of(vector_of(all, id));
        return signed_query(fields) + "&vnp_SecureHash=" + sign_query(fields, options.secret);
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-05T14:33:00+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    HeardFacts facts;
    Options options;
    std::shared_ptr<Desk> desk;
    Document payment;
};

std::string reply(const Options& o, Document body, bool of_refund) {
    const char* order[] = {
        "vnp_ResponseId",
        "vnp_Command",
        "vnp_ResponseCode",
        "vnp_Message",
        "vnp_TmnCode",
        "vnp_TxnRef",
        "vnp_Amount",
        "vnp_BankCode",
        "vnp_PayDate",
        "vnp_TransactionNo",
        "vnp_TransactionType",
        "vnp_TransactionStatus",
        "vnp_OrderInfo",
        "vnp_PromotionCode",
        "vnp_PromotionAmount"};
    std::vector<std::string> values;
    for (std::size_t i = 0; i < (of_refund ? 13u : 15u); ++i)
        values.push_back(body.text_of(order[i]));
    body.set("vnp_SecureHash", Document::text(sign_values(values, o.secret)));
    return formats::write_json(body);
}
Document served(const char* code, const char* status) {
    Document body = Document::object();
    body.set("vnp_ResponseCode", Document::text(code));
    body.set("vnp_TransactionStatus", Document::text(status));
    body.set("vnp_TmnCode", Document::text("TESTTMN1"));
    body.set("vnp_Amount", Document::text("1600000"));
    return body;
}

std::vector<std::string> parts_of(std::string_view query) {
    std::vector<std::string> parts;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        parts.emplace_back(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return parts;
}
std::string joined(const std::vector<std::string>& parts) {
    std::string query;
    for (const auto& part : parts) query += (query.empty() ? "" : "&") + part;
    return query;
}
std::string escaped(char c) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'%', hex[byte >> 4], hex[byte & 15]};
}
/// A name escaped, twice or new.
void mutate_name(std::vector<std::string>& parts, std::mt19937_64& random) {
    constexpr const char* names[] = {
        "vnp_ResponseCode",
        "vnp_TransactionStatus",
        "vnp_Amount",
        "vnp_TxnRef",
        "vnp_PromotionCode"};
    constexpr const char* values[] = {"00", "1600000", "LT26005KH0NGC0X", "x"};
    const std::string value = values[random() % 4];
    const auto place = parts.begin() + static_cast<std::ptrdiff_t>(random() % (parts.size() + 1));
    std::string part = parts[random() % parts.size()];
    const auto name_size = part.find('=');
    const auto at = random() % name_size;
    switch (random() % 5) {
        case 0: {
            auto& changed = parts[random() % parts.size()];
            const auto letter = random() % changed.find('=');
            changed.replace(letter, 1, escaped(changed[letter]));
            return;
        }
        case 1:
            parts.insert(place, part);
            return;
        case 2:
            parts.insert(place, part.substr(0, name_size + 1) + value);
            return;
        case 3:
            parts.insert(place, part.replace(at, 1, escaped(part[at])));
            return;
        default:
            parts.insert(place, std::string(names[random() % 5]) + "=" + value);
            return;
    }
}
/// Bytes changed, or a member more, twice, under another name.
std::string mutated_json(std::string text, std::mt19937_64& random) {
    const auto at = random() % text.size();
    const auto name = text.find("vnp_", at);
    switch (random() % 5) {
        case 0:
            return text.erase(at, 1 + random() % 3);
        case 1:
            text[at] = static_cast<char>(' ' + random() % 95);
            return text;
        case 2:
            return text.insert(1, R"("vnp_TransactionStatus":"05",)");
        case 3:
            return name == text.npos ? text : text.replace(name + 3, 1, "\\u005f");
        default:
            return name == text.npos ? text : text.insert(name + 4, "X");
    }
}

}  // namespace

TEST_CASE("vnpay: every published vector comes out as published") {
    int signed_ones = 0;
    const Document all = vectors();
    for (const Document& v : all.items()) {
        const Document* order = v.find("field_order");
        const std::string secret = v.text_of("secret"), expected = v.text_of("expected");
        if (expected.empty() || v.text_of("id") == "ipn-tampered") continue;
        if (order != nullptr) {
            const Fields fields = fields_of(v);
            std::vector<std::string> values;
            for (const Document& name : order->items()) {
                const auto it = fields.find(name.as_text());
                values.push_back(it == fields.end() ? "" : it->second);
            }
            CHECK_MESSAGE(sign_values(values, secret) == expected, v.text_of("id"));
        } else {
            CHECK_MESSAGE(sign_query(fields_of(v), secret) == expected, v.text_of("id"));
        }
        ++signed_ones;
    }
    CHECK(signed_ones >= 12);
}

TEST_CASE("vnpay pay: PY-1 the address of the worked payment is the vector's") {
    Kit kit;
    const std::string url = payment_address(kit.options, kit.payment);
    const Document all = vectors();
    const Fields wanted = fields_of(vector_of(all, "pay"));
    CHECK(
        url == kit.options.pay_url + "?" + signed_query(wanted) +
                   "&vnp_SecureHash=" + vector_of(all, "pay").text_of("expected")
    );
}

TEST_CASE("vnpay pay: PY-11 the citizen's address, ours when there is none or it cannot be sent") {
    Kit kit;
    const auto sent = [&kit](const char* given) {
        kit.payment.set("client_ip", Document::text(given));
        const std::string address = payment_address(kit.options, kit.payment);
        const auto from = address.find("vnp_IpAddr=") + 11;
        return address.substr(from, address.find('&', from) - from);
    };
    CHECK(sent("203.0.113.7") == "203.0.113.7");
    CHECK(sent("") == "127.0.0.1");
    kit.options.ipv6 = false;
    CHECK(sent("2001:db8::1") == "127.0.0.1");
    kit.options.ipv6 = true;
    CHECK(sent("2001:db8::1") == "2001%3Adb8%3A%3A1");
    CHECK(sent("2001:0db8:0000:0000:0000:0000:0000:0001:0000:00") == "127.0.0.1");
}

TEST_CASE("vnpay pay: the citizen's page is told as a fact, nothing leaves") {
    Kit kit;
    PaymentSink sink(kit.desk);
    const auto c = kit.claim(pay);
    auto prepared = sink.prepare(c, kit.clock.now());
    REQUIRE(prepared.has_value());
    REQUIRE(test::run(kit.io, sink.send(*prepared, c)).has_value());
    CHECK(kit.http.asked.empty());
    const Document& says = kit.facts.heard.at(0).facts.at(0).says;
    CHECK(says.text_of("state") == "pending");
    CHECK(says.at("/checkout/url")->as_text().starts_with("https://vnpay.test/"));
    CHECK(kit.facts.heard[0].facts[0].ref == "LT260057K3M9Q2C");
}

TEST_CASE("vnpay IPN: PY-4 both codes decide, the amount is in đồng") {
    struct Case {
        const char* id;
        const char* state;
        const char* reason;
        const char* amount;
    };
    const Case cases[] = {
        {"ipn-paid", "paid", "", "16000"},
        {"ipn-cancelled", "failed", "user_cancelled", "16000"},
        {"ipn-suspect", "disputed", "suspected_fraud", "16000"},
        {"ipn-code00-status01", "pending", "", "16000"},
        {"ipn-wrong-amount", "paid", "", "1600"}};
    for (const Case& c : cases) {
        Kit kit;
        kit.facts.result.verdict = core::Verdict::applied;
        CHECK_MESSAGE(kit.notice(kit.query_of(c.id)) == "00", c.id);
        const Document& says = kit.facts.heard.at(0).facts.at(0).says;
        CHECK(says.text_of("state") == c.state);
        CHECK(says.text_of("reason") == c.reason);
        CHECK(says.text_of("amount") == c.amount);
        CHECK(says.find("merchant_ok")->as_boolean());
    }
}

TEST_CASE("vnpay IPN: the answer by what became of it, a repeat gets the first") {
    Kit kit;
    const std::string query = kit.query_of("ipn-paid");
    const auto answered = [&](core::Verdict verdict, const char* why) {
        kit.facts.result.verdict = verdict;
        kit.facts.result.why = why;
        return kit.notice(query);
    };
    CHECK(answered(core::Verdict::applied, "") == "00");
    CHECK(answered(core::Verdict::unchanged, "") == "02");
    CHECK(answered(core::Verdict::unknown, "unmatched") == "01");
    CHECK(answered(core::Verdict::disputed, "amount_mismatch") == "04");
    CHECK(answered(core::Verdict::disputed, "duplicate_payment") == "00");
    CHECK(answered(core::Verdict::impossible, "amount_missing") == "04");
    kit.facts.repeated = true;
    CHECK(answered(core::Verdict::applied, "") == "00");
    kit.facts.fail = core::Error(core::Advice::retry, core::Blame::ours, "store.queue_full", "");
    CHECK(kit.notice(query) == "99");
}

TEST_CASE("vnpay IPN: PY-3 2,000 mutations of a signed notice, none is taken in") {
    Kit kit;
    std::mt19937_64 random(11);
    const std::string good = kit.query_of("ipn-paid");
    int refused = 0;
    for (int i = 0; i < 2'000; ++i) {
        std::string query = good;
        const auto at = random() % query.size();
        const char c = static_cast<char>('0' + random() % 10);
        if (i % 3 == 0)
            query.erase(at, 1);
        else if (query[at] == c)
            query[at] = 'x';
        else
            query[at] = c;
        const auto before = read_query(good), after = read_query(query);
        if (after && before == after) {  // the same values, written otherwise
            ++refused;
            continue;
        }
        refused += kit.notice(query) == "97";
    }
    CHECK(refused == 2'000);
    CHECK(kit.facts.heard.empty());
}

TEST_CASE("vnpay IPN: PY-4 a signed notice without an amount states none and is answered 04") {
    Kit kit;
    const Document all = vectors();
    Fields fields = fields_of(vector_of(all, "ipn-paid"));
    fields.erase("vnp_Amount");
    kit.facts.result.verdict = core::Verdict::impossible;
    kit.facts.result.why = "amount_missing";
    CHECK(
        kit.notice(
            signed_query(fields) + "&vnp_SecureHash=" + sign_query(fields, kit.options.secret)
        ) == "04"
    );
    CHECK(kit.facts.heard.at(0).facts.at(0).says.find("amount") == nullptr);
}

TEST_CASE("vnpay IPN: PY-3 4,000 mutations of names in a notice and in a pay link, none is taken in"
) {
    Kit kit;
    std::mt19937_64 random(13);
    const std::string link = payment_address(kit.options, kit.payment);
    const std::string starts[] = {kit.query_of("ipn-paid"), link.substr(link.find('?') + 1)};
    int refused = 0;
    for (int i = 0; i < 4'000; ++i) {
        std::vector<std::string> parts = parts_of(starts[i % 2]);
        mutate_name(parts, random);
        if (random() % 3 == 0) mutate_name(parts, random);
        refused += kit.notice(joined(parts)) == "97" ? 1 : 0;
    }
    CHECK(refused == 4'000);
    CHECK(kit.facts.heard.empty());
}

TEST_CASE("vnpay querydr and refund: of 4,000 mutations of an answer none says anything else") {
    Kit kit;
    std::mt19937_64 random(17);
    Document body = served("00", "00");
    body.set("vnp_TxnRef", Document::text("LT260057K3M9Q2C"));
    body.set("vnp_TransactionNo", Document::text("14000001"));
    body.set("vnp_PayDate", Document::text("20260105143208"));
    body.set("vnp_OrderInfo", Document::text("Le phi ho so"));
    int other = 0, readable = 0;
    for (int i = 0; i < 4'000; ++i) {
        const bool of_refund = i % 2 == 1;
        const std::string good = reply(kit.options, body, of_refund);
        const Answer meant = read_answer(kit.options, good, of_refund);
        REQUIRE(meant.verified);
        const Answer heard = read_answer(kit.options, mutated_json(good, random), of_refund);
        readable += heard.readable ? 1 : 0;
        if (!heard.verified) {
            other += heard.says.is_null() ? 0 : 1;
            continue;
        }
        // White space, order, escapes and names that nobody reads: the same answer.
        other += heard.says == meant.says && heard.code == meant.code &&
                         heard.status == meant.status && heard.reference == meant.reference
                     ? 0
                     : 1;
    }
    CHECK(other == 0);
    CHECK(readable > 1'000);
}

TEST_CASE("vnpay IPN: fields twice, broken escapes, other encoders, an old secret") {
    Kit kit;
    kit.facts.result.verdict = core::Verdict::applied;
    const std::string good = kit.query_of("ipn-paid");
    CHECK(kit.notice(good + "&vnp_Amount=1600000") == "97");
    CHECK(kit.notice("vnp_Amount=%zz") == "97");
    CHECK(kit.notice("") == "97");
    // The citizen's own link, with a result nobody signed under names that only look like others.
    const std::string link = payment_address(kit.options, kit.payment);
    const std::string ours = link.substr(link.find('?') + 1);
    CHECK(kit.notice(ours) == "97");
    CHECK(kit.notice(ours + "&vnp%5FResponseCode=00&vnp%5FTransactionStatus=00") == "97");
    CHECK(kit.notice(ours + "&vnp_ResponseCode=00&vnp_TransactionStatus=00") == "97");
    CHECK(kit.facts.heard.empty());
    std::string spaces = good;
    for (auto at = spaces.find('+'); at != spaces.npos; at = spaces.find('+'))
        spaces.replace(at, 1, "%20");
    CHECK(kit.notice(spaces) == "00");
    Options changed = kit.options;
    changed.old_secret = changed.secret;
    changed.secret = "SYNTHETIC-NEW-SECRET";
    CHECK(verify_query(changed, good, *read_query(good)));
}

TEST_CASE(
    "vnpay querydr: the state of the transaction, 94 asks again, a wrong signature says nothing"
) {
    struct Case {
        const char* code;
        const char* status;
        const char* state;
    };
    const Case cases[] = {
        {"00", "00", "paid"},
        {"00", "01", "pending"},
        {"00", "02", "failed"},
        {"00", "04", "disputed"},
        {"00", "07", "disputed"},
        {"91", "", "unknown_reference"},
        {"00", "05", "paid"}};
    for (const Case& c : cases) {
        Kit kit;
        kit.http.say(reply(kit.options, served(c.code, c.status), false));
        const auto answer = test::run(kit.io, kit.desk->query(kit.payment));
        REQUIRE(answer.answered);
        CHECK(answer.says.text_of("state") == c.state);
    }
    Kit kit;
    kit.http.say(reply(kit.options, served("94", ""), false));
    kit.http.say(reply(kit.options, served("00", "00"), false));
    CHECK(test::run(kit.io, kit.desk->query(kit.payment)).answered);
    CHECK(kit.http.asked.at(0).body != kit.http.asked.at(1).body);
    Document strange = served("00", "00");
    strange.set("vnp_TxnRef", Document::text("LT26005KH0NGC0X"));
    kit.http.say(reply(kit.options, strange, false));
    CHECK_FALSE(test::run(kit.io, kit.desk->query(kit.payment)).answered);
    Options other = kit.options;
    other.secret = "SYNTHETIC-OTHER";
    kit.http.say(reply(other, served("00", "00"), false));
    CHECK_FALSE(test::run(kit.io, kit.desk->query(kit.payment)).answered);
    kit.http.say("<html>");
    CHECK_FALSE(test::run(kit.io, kit.desk->query(kit.payment)).answered);
}

namespace {

Document refund_part(const char* id, const char* state, std::int64_t amount) {
    Document out = Document::object();
    out.set("id", Document::text(id));
    out.set("request_id", Document::text("LT260057K3M9Q2C-r1"));
    out.set("state", Document::text(state));
    out.set("amount", Document::number(amount));
    out.set("kind", Document::text(amount == 16'000 ? "full" : "partial"));
    out.set("approved_at", Document::text("2026-01-05T14:32:00.000+07:00"));
    out.set("approved_by", Document::text("CB0002"));
    return out;
}

/// The payment as it is kept, with these refunds.
void keep(Kit& kit, const char* state, std::vector<Document> refunds) {
    Document list = Document::list();
    for (Document& one : refunds) list.push(std::move(one));
    kit.payment.set("state", Document::text(state));
    kit.payment.set("refunds", std::move(list));
    core::Object object;
    object.kind = "payment";
    object.id = "pay_1";
    object.body = formats::write_json(kit.payment);
    kit.store.put(std::move(object));
}

core::Result<core::Receipt> send_refund(Kit& kit, const Document& wanted) {
    PaymentSink sink(kit.desk);
    const auto c = kit.claim(refund, wanted);
    auto prepared = sink.prepare(c, kit.clock.now());
    REQUIRE(prepared.has_value());
    return test::run(kit.io, sink.send(*prepared, c));
}

core::Result<core::Enquiry> enquire(Kit& kit, const Document& wanted) {
    PaymentSink sink(kit.desk);
    return test::run(kit.io, sink.enquire(kit.claim(refund, wanted)));
}

}  // namespace

TEST_CASE("vnpay refund: PY-12 money is never sent twice on a guess") {
    const Document wanted = refund_part("rfd_1", "approved", 16'000);
    const auto outcome = [&](const ports::HttpResult& result, Kit& kit) {
        keep(kit, "refund_requested", {wanted});
        kit.http.answers.push_back(result);
        return send_refund(kit, wanted);
    };
    Kit sent, refused, lost, forged, ours;
    CHECK(outcome(test::answered(200, reply(sent.options, served("00", "05"), true)), sent)
              .has_value());
    CHECK(sent.facts.heard.at(0).facts.at(0).says.text_of("state") == "refund_sent");
    const auto no =
        outcome(test::answered(200, reply(refused.options, served("95", ""), true)), refused);
    REQUIRE(no.has_value());
    CHECK(no->flag == "refused");
    CHECK(outcome(test::failed(true), lost).error().advice == core::Advice::enquire);
    Options other = forged.options;
    other.secret = "SYNTHETIC-OTHER";
    CHECK(
        outcome(test::answered(200, reply(other, served("00", "05"), true)), forged)
            .error()
            .advice == core::Advice::enquire
    );
    CHECK(
        outcome(test::answered(200, reply(ours.options, served("97", ""), true)), ours)
            .error()
            .advice == core::Advice::hold
    );
    lost.http.say(reply(lost.options, served("00", "05"), false));
    CHECK(enquire(lost, wanted)->found == core::Found::done);
    lost.http.say(reply(lost.options, served("00", "00"), false));
    CHECK(enquire(lost, wanted)->found == core::Found::not_found);
}

TEST_CASE("vnpay refund: PY-12 only a plain \"paid\" says that the refund never arrived") {
    const Document wanted = refund_part("rfd_1", "approved", 16'000);
    Kit kit;
    keep(kit, "refund_requested", {wanted});
    // The question is lost, the next would say that the refund is under way.
    kit.http.answers.push_back(test::failed(true));
    kit.http.say(reply(kit.options, served("00", "05"), false));
    CHECK(enquire(kit, wanted).error().advice == core::Advice::retry);
    CHECK(kit.http.asked.size() == 1);
    kit.http.answers.clear();
    for (const auto& [code, status] :
         {std::pair("00", "01"),
          std::pair("00", "04"),
          std::pair("91", ""),
          std::pair("00", "02")}) {
        kit.http.say(reply(kit.options, served(code, status), false));
        CHECK(enquire(kit, wanted)->found == core::Found::cannot_tell);
    }
    CHECK(kit.facts.heard.empty());
}

TEST_CASE("vnpay refund: a question about the payment tells of its refund") {
    Kit kit;
    keep(kit, "refund_requested", {refund_part("rfd_1", "approved", 16'000)});
    const auto told = [&](const char* status) {
        kit.http.say(reply(kit.options, served("00", status), false));
        return test::run(kit.io, kit.desk->query(kit.payment)).says;
    };
    CHECK(told("05").text_of("state") == "refund_sent");
    CHECK(told("06").text_of("state") == "refund_done");
    CHECK(told("09").text_of("state") == "refund_refused");
    CHECK(told("09").text_of("refund_id") == "rfd_1");
    CHECK(told("00").text_of("state") == "paid");
}

TEST_CASE("vnpay refund: the end of an earlier refund is not the end of a later one") {
    const Document first = refund_part("rfd_1", "done", 4'000);
    const Document second = refund_part("rfd_2", "approved", 4'000);
    Kit kit;
    keep(kit, "refund_requested", {first, second});
    for (const char* status : {"00", "05", "06", "09"}) {
        kit.http.say(reply(kit.options, served("00", status), false));
        CHECK(enquire(kit, second)->found == core::Found::cannot_tell);
    }
    CHECK(kit.facts.heard.empty());
    kit.http.say(reply(kit.options, served("00", "06"), false));
    const auto answer = test::run(kit.io, kit.desk->query_refund(kit.payment, second));
    REQUIRE(answer.answered);
    CHECK(answer.says.text_of("state") == "paid");
    CHECK(answer.says.find("amount") == nullptr);
    // Another sum than any before it: the answer names this refund.
    const Document third = refund_part("rfd_3", "approved", 5'000);
    keep(kit, "refund_requested", {first, third});
    Document named = served("00", "06");
    named.set("vnp_Amount", Document::text("500000"));
    kit.http.say(reply(kit.options, named, false));
    CHECK(enquire(kit, third)->found == core::Found::done);
    CHECK(kit.facts.heard.at(0).facts.at(0).says.text_of("refund_id") == "rfd_3");
}

TEST_CASE("vnpay refund: after one that VNPAY refused the next is told apart, but for a refusal") {
    const Document first = refund_part("rfd_1", "refused", 16'000);
    const Document second = refund_part("rfd_2", "approved", 16'000);
    Kit kit;
    keep(kit, "refund_requested", {first, second});
    kit.http.say(reply(kit.options, served("00", "09"), false));
    CHECK(enquire(kit, second)->found == core::Found::cannot_tell);
    kit.http.say(reply(kit.options, served("00", "05"), false));
    CHECK(enquire(kit, second)->found == core::Found::done);
    CHECK(kit.facts.heard.at(0).facts.at(0).says.text_of("state") == "refund_sent");
}

TEST_CASE("vnpay refund: of a second sum, under the number of that sum") {
    Kit kit;
    Document wanted = refund_part("rfd_1", "approved", 16'000);
    const auto number = [&] {
        const std::string body = refund_body(kit.options, kit.payment, wanted, kit.clock.now());
        return formats::read_json(body)->text_of("vnp_TransactionNo");
    };
    CHECK(number() == "14000001");
    wanted.set("provider_transaction", Document::text("14000002"));
    CHECK(number() == "14000002");
}

TEST_CASE("vnpay refund: nothing is sent for a refund that has ended meanwhile") {
    const Document wanted = refund_part("rfd_1", "approved", 16'000);
    Kit kit;
    keep(kit, "refund_requested", {refund_part("rfd_1", "done", 16'000)});
    CHECK(send_refund(kit, wanted)->already_there);
    CHECK(enquire(kit, wanted)->found == core::Found::done);
    keep(kit, "paid", {refund_part("rfd_1", "refused", 16'000)});
    CHECK(send_refund(kit, wanted)->flag == "refused");
    CHECK(enquire(kit, wanted)->receipt.flag == "refused");
    keep(kit, "paid", {wanted});
    CHECK(send_refund(kit, wanted)->flag == "refused");
    keep(kit, "disputed", {wanted});
    const auto later = send_refund(kit, wanted);
    CHECK(later.error().code == "vnpay.in_dispute");
    CHECK(later.error().advice == core::Advice::retry);
    CHECK(kit.http.asked.empty());
}

}  // namespace gw::vnpay
