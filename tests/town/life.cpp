// One life, as the people of an office and a citizen play it.
#include "connectors/all.hpp"
#include "gateway/core/parcel.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/dossier_kit.hpp"
#include "tests/town/world.hpp"

#include <cstdio>

namespace gw::town_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::text;
using test::texts;

std::string stamp(World& w) {
    return core::to_rfc3339(w.now());
}

void odd(LifeLog& log, const std::string& what, const Heard& heard) {
    log.surprises.push_back(
        what + ": " + std::to_string(heard.status) + " " + formats::write_json(heard.json)
    );
}

std::string below(const LifeLog& log, const char* tail) {
    return "/v1/dossiers/" + log.code + tail;
}

Document first_request(World& w, const LifeLog& log, const std::string& file, int fees) {
    Document body = test::received_request();
    body.set("code", text(log.code));
    body.set("submitted_at", text(stamp(w)));
    body.set("received_at", text(stamp(w)));
    auto& paper = body.find("documents")->items()[0];
    paper.set("attachment_id", text(file));
    paper.set("component_code", text("TP-MAU-01"));  // what the portal's catalogue asks for
    if (!log.phone.empty()) body.find("owner")->set("phone", text("0" + log.phone.substr(2)));
    Document all = Document::list();
    for (int i = 0; i < fees; ++i) {
        Document fee = test::fee(i == 0 ? "LP1" : "PH1", i == 0 ? 8'000 : 15'000, i == 0 ? 2 : 1);
        if (i > 0) fee.set("nature", text("fee"));
        all.push(std::move(fee));
    }
    body.set("fees", std::move(all));
    return body;
}

asio::awaitable<void> step(World& w, LifeLog& log, const char* status) {
    Document entry = texts({{"text", "Bước xử lý"}});
    entry.set("at", text(stamp(w)));
    entry.set("status", text(status));
    entry.set("officer", test::officer());
    const std::string path = below(log, "/progress");
    auto heard = co_await w.sure("POST", path, std::move(entry));
    if (!heard.good()) odd(log, std::string("progress ") + status, heard);
    if (heard.good()) log.status = status;
}

asio::awaitable<void> check_identity(World& w, LifeLog& log) {
    const char* asks =
        R"({"kind":"confirm","procedure_code":"1.001193","purpose":"Đối chiếu người yêu cầu",
"subject":{"citizen_number":"020190000001","full_name":"TRẦN THỊ MẪU","birth":"1990"}})";
    for (int i = 0; i < 200; ++i) {
        Document body = *formats::read_json(asks);
        body.set("dossier_code", text(log.code));
        auto heard = co_await w.sure("POST", "/v1/identity-checks", std::move(body));
        const std::string outcome = heard.text("/outcome");
        if (outcome == "match") co_return;
        if (heard.good() && outcome != "unavailable") odd(log, "identity", heard);
        if (!heard.good() && heard.status != 503 && heard.status != 429)
            odd(log, "identity", heard);
        co_await w.pause(minutes(5));
    }
    log.surprises.emplace_back("identity: never answered");
}

Document payment_request(const LifeLog& log, const Document& fees) {
    Document body = texts({{"dossier_code", log.code.c_str()}});
    body.set("fee_ids", fees);
    body.set("amount", Document::number(log.fee_total));
    return body;
}

asio::awaitable<Heard> pay_cash(World& w, LifeLog& log, Document fees) {
    Document body = payment_request(log, fees);
    body.set("method", text("cash"));
    body.set("collected_at", text(stamp(w)));
    body.set("document_no", text("PT-" + log.code));
    auto heard = co_await w.sure("POST", "/v1/payments/offline", std::move(body));
    if (heard.good()) log.payments.push_back(heard.text("/id"));
    co_return heard;
}

/// The citizen before the page of the provider: pays, leaves, comes late.
asio::awaitable<void> visit(
    World& w, std::string provider, std::string reference, std::string url, Visit plan
) {
    const std::string does = plan.does;
    auto& partners = w.partners();
    std::string key = reference;
    if (provider == "vnpay") key = partners.vnpay.open(url, w.now());
    if (key.empty()) co_return;
    const bool forged = provider == "vnpay" && plan.forged;
    if (forged) co_await w.forge(url);
    co_await w.pause(plan.thinks);
    if (does.empty()) co_return;
    if (does == "pay_late") co_await w.pause(minutes(25));
    if (provider == "vnpay")
        partners.vnpay.act(key, does, w.now());
    else
        partners.platform.act(key, does, w.now());
    if (does != "hang") co_return;
    co_await w.pause(minutes(40));
    if (provider == "vnpay")
        partners.vnpay.act(key, "pay", w.now());
    else
        partners.platform.act(key, "pay", w.now());
}

bool is_open(const std::string& state) {
    return state == "initiated" || state == "pending" || state == "refund_requested";
}

/// Asks now and then until the payment has ended.
asio::awaitable<Heard> settled(World& w, std::string id) {
    Heard heard;
    for (int i = 0; i < 2'000; ++i) {
        heard = co_await w.sure("GET", "/v1/payments/" + id, Document());
        const std::string state = heard.text("/state");
        if (!is_open(state)) break;
        const Duration wait = i < 30 ? Duration(minutes(1)) : Duration(minutes(10));
        co_await w.pause(wait);
    }
    co_return heard;
}

asio::awaitable<Heard> pay_online(
    World& w, LifeLog& log, Document fees, std::string provider, Visit plan
) {
    Document body = payment_request(log, fees);
    body.set("method", text("online"));
    body.set("provider", text(provider));
    body.set("return_url", text("https://motcua.test/thanh-toan"));
    auto heard = co_await w.sure("POST", "/v1/payments", std::move(body));
    if (!heard.good()) co_return heard;
    const std::string id = heard.text("/id");
    log.payments.push_back(id);
    const std::string path = "/v1/payments/" + id;
    for (int i = 0; i < 40; ++i) {
        if (!heard.text("/checkout/url").empty()) break;
        if (!is_open(heard.text("/state"))) co_return heard;
        co_await w.pause(seconds(20));
        heard = co_await w.sure("GET", path, Document());
    }
    const std::string url = heard.text("/checkout/url"), reference = heard.text("/reference");
    ++w.paying;
    if (plan.cancels) {
        const std::string cancel = path + "/cancel";
        co_await w.sure("POST", cancel, Document::object());
    }
    if (!url.empty()) co_await visit(w, std::move(provider), reference, url, std::move(plan));
    heard = co_await settled(w, id);
    --w.paying;
    co_return heard;
}

/// PY-18: the officer cancels the receipts at their issuer, then approves.
Document receipts_cancelled(const Document& payment) {
    Document list = Document::list();
    if (const Document* receipts = payment.find("receipts"))
        for (const Document& receipt : receipts->items()) {
            Document one = texts({{"outcome", "cancelled"}, {"document_no", "BB-01"}});
            one.set("receipt_id", text(receipt.text_of("id")));
            list.push(std::move(one));
        }
    Document out = Document::object();
    out.set("receipts", std::move(list));
    return out;
}

asio::awaitable<void> refund(World& w, LifeLog& log, std::string id) {
    Document body = texts({{"reason", "other"}, {"reason_vi", "Thu nhầm khoản"}});
    body.set("amount", Document::number(log.fee_total));
    const std::string path = "/v1/payments/" + id + "/refunds";
    auto asked = co_await w.sure("POST", path, std::move(body));
    if (!asked.good()) {
        odd(log, "refund", asked);
        co_return;
    }
    const std::string approve = path + "/" + asked.text("/id") + "/approve";
    auto approved = co_await w.sure_by("CB0002", "POST", approve, Document::object());
    if (approved.text("/code") == "payment.receipt_not_cancelled") {
        const std::string about = "/v1/payments/" + id;
        auto shown = co_await w.sure("GET", about, Document());
        Document cancelled = receipts_cancelled(shown.json);
        approved = co_await w.sure_by("CB0002", "POST", approve, std::move(cancelled));
    }
    if (!approved.good()) odd(log, "approve", approved);
    // A provider without a call for it: a person gives the money back and says so.
    if (approved.text("/state") == "manual") {
        Document seen = texts({{"outcome", "done"}, {"document_no", "HT-01"}});
        const std::string confirm = path + "/" + asked.text("/id") + "/confirm";
        auto confirmed = co_await w.sure_by("CB0002", "POST", confirm, std::move(seen));
        if (!confirmed.good()) odd(log, "confirm", confirmed);
    }
    auto heard = co_await settled(w, std::move(id));
    if (heard.text("/state") != "refunded") odd(log, "refund ended", heard);
}

asio::awaitable<void> pay(World& w, LifeLog& log, Document fees, const LifePlan& plan) {
    for (int attempt = 0; attempt < 8; ++attempt) {
        const bool cash = plan.cash || attempt > 3;
        Visit now;
        if (plan.visit)
            now = *plan.visit;
        else
            now = Visit(w.chance());
        Heard heard;
        if (cash)
            heard = co_await pay_cash(w, log, fees);
        else
            heard = co_await pay_online(w, log, fees, plan.provider, std::move(now));
        const std::string state = heard.text("/state");
        if (state == "paid" || state == "receipt_issued") {
            const bool back = plan.gives_back && !cash;
            if (back) co_await refund(w, log, heard.text("/id"));
            co_return;
        }
        if (state == "disputed") co_return;
        // Money of an attempt that had already ended may have come meanwhile.
        if (heard.text("/code").starts_with("payment.")) co_return;
        if (!heard.good()) odd(log, "payment", heard);
        co_await w.pause(minutes(2));
    }
    log.surprises.emplace_back("payment: no attempt ended well");
}

asio::awaitable<void> supplement(World& w, LifeLog& log) {
    Document body = texts({{"text", "Đề nghị bổ sung bản chụp rõ nét"}});
    body.set("requested_at", text(stamp(w)));
    body.set("requested_by", test::officer());
    const std::string path = below(log, "/supplements");
    auto asked = co_await w.sure("POST", path, std::move(body));
    if (!asked.good()) {
        odd(log, "supplement", asked);
        co_return;
    }
    const Duration away = w.chance().duration(minutes(5), hours(2));
    co_await w.pause(away);
    Document got = texts({{"resume", "processing"}, {"new_due_at", "2026-03-20T17:00:00+07:00"}});
    got.set("received_at", text(stamp(w)));
    got.set("received_by", test::officer());
    const std::string receive = path + "/" + asked.text("/id") + "/receive";
    auto came = co_await w.sure("POST", receive, std::move(got));
    if (!came.good()) odd(log, "receive", came);
}

asio::awaitable<void> result(World& w, LifeLog& log) {
    Document body = texts({{"name", "Giấy khai sinh"}, {"result_code", "KQ.G15.000031"}});
    auto file = co_await w.upload("%PDF-1.7 " + log.code);
    body.set("attachment_id", text(std::move(file)));
    const std::string path = below(log, "/results");
    auto added = co_await w.sure("POST", path, std::move(body));
    if (!added.good()) odd(log, "result", added);
}

asio::awaitable<void> parcel(World& w, LifeLog& log, bool regrets) {
    Document body = *formats::read_json(
        R"({"direction":"return","carrier":"vnpost","receiver":{"name":"TRẦN THỊ MẪU","phone":"84100000001",
"address":{"province_code":"38","commune_code":"00000","detail":"Thôn Mẫu 1","valid_on":"2026-03-02"}},
"items":["Giấy khai sinh"],"cod_amount":0})"
    );
    body.set("dossier_code", text(log.code));
    auto booked = co_await w.sure("POST", "/v1/deliveries", std::move(body));
    if (!booked.good()) {
        odd(log, "delivery", booked);
        co_return;
    }
    const std::string path = "/v1/deliveries/" + booked.text("/id");
    log.deliveries.push_back(booked.text("/id"));
    for (int i = 0; i < 600; ++i) {
        co_await w.pause(minutes(10));
        auto heard = co_await w.sure("GET", path, Document());
        const auto state = core::parcel_state(heard.text("/state"));
        if (state && core::is_final(*state)) co_return;
        if (regrets && i == 1) {
            const std::string cancel = path + "/cancel";
            co_await w.sure("POST", cancel, Document::object());
        }
    }
}

}  // namespace

/// A citizen says at the counter that he does not want to be texted this way.
asio::awaitable<void> opt_out(World& w, LifeLog& log, std::string channel) {
    Document choices = Document::list();
    choices.push(texts({{"channel", channel.c_str()}, {"category", "transactional"}}));
    Document body = Document::object();
    body.set("opt_outs", std::move(choices));
    const std::string path = "/v1/contact-preferences/" + log.phone;
    auto heard = co_await w.sure("PUT", path, std::move(body));
    if (!heard.good()) odd(log, "preferences", heard);
    log.opted_out = std::move(channel);
    log.opted_out_at = w.now();
}

Visit::Visit(test::SimRandom& random) {
    thinks = random.duration(seconds(5), minutes(10));
    const double drawn = random.uniform();
    if (drawn > 0.60) does = "cancel";
    if (drawn > 0.70) does = "fail";
    if (drawn > 0.78) does = "hang";
    if (drawn > 0.86) does = "pay_late";
    if (drawn > 0.92) does = "";
    forged = random.chance(0.2);
    cancels = random.chance(0.08);
}

LifePlan::LifePlan(test::SimRandom& random) {
    fees = static_cast<int>(random.between(1, 2));
    const bool other = random.chance(0.4);
    if (other && connectors::find("national_platform") != nullptr) provider = "national_platform";
    cash = random.chance(0.15);
    gives_back = random.chance(0.2);
    lacks = random.chance(0.25);
    posts = random.chance(0.65);
    regrets = random.chance(0.1);
    phone = random.chance(0.8);
    on_zalo = random.chance(0.7);
    if (random.chance(0.2)) opts_out = random.chance(0.5) ? "zns" : "sms";
}

asio::awaitable<void> play_life(World& w, LifeLog& log, int number, LifePlan plan) {
    char code[40];
    std::snprintf(code, sizeof code, "H37.14-260302-%04d", number);
    log.code = code;
    if (plan.phone) {
        log.phone = "8410000000" + std::to_string(number);
        w.partners().phones.phone(log.phone).on_zalo = plan.on_zalo;
    }
    log.fee_total = plan.fees == 1 ? 16'000 : 31'000;
    auto file = co_await w.upload("%PDF-1.7 tờ khai " + log.code);
    Document request = first_request(w, log, file, plan.fees);
    auto made = co_await w.sure("POST", "/v1/dossiers", std::move(request));
    if (!made.good()) {
        odd(log, "create", made);
        co_return;
    }
    log.status = "received";
    Document ids = Document::list();
    if (const Document* all = made.json.find("fees"))
        for (const Document& fee : all->items()) ids.push(text(fee.text_of("id")));
    const bool no = plan.phone && !plan.opts_out.empty();
    if (no) co_await opt_out(w, log, plan.opts_out);
    if (plan.identity) co_await check_identity(w, log);
    co_await pay(w, log, std::move(ids), plan);
    co_await w.pause(minutes(2));
    co_await step(w, log, "processing");
    if (plan.lacks) co_await supplement(w, log);
    co_await w.pause(minutes(3));
    co_await result(w, log);
    co_await step(w, log, "finished");
    if (plan.posts) co_await parcel(w, log, plan.regrets);
    co_await w.pause(minutes(1));
    co_await step(w, log, "returned");
    log.finished = true;
}

}  // namespace gw::town_test
