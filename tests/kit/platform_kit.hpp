// A desk at the played platform, for the connector's tests: one payment of 16,000 đồng.
#pragma once

#include "connectors/national_platform/notices.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/payment_facts.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace gw::national_platform {

inline core::Document json(const std::string& text) {
    return *formats::read_json(text, {4 << 20, 32, 10'000});
}

inline core::Document test_payment() {
    return json(R"json({"id":"pay_1","reference":"LT260057K3M9Q2C",
"dossier_code":"H56.14-260105-0007","fee_ids":["fee_1"],
"fees":[{"id":"fee_1","code":"LP-TRICHLUC","name":"Lệ phí cấp bản sao trích lục","nature":"charge",
"amount":16000,"beneficiary":{"account":"0000000001","bank_code":"TESTBANK","account_name":"DON VI MAU"}}],
"amount":16000,"currency":"VND","method":"online","provider":"national_platform","state":"initiated",
"attempt":1,"created_at":"2026-01-05T14:30:15.000+07:00","started_at":"20260105143015",
"expires_at":"2026-01-05T14:45:15.000+07:00","client_ip":"127.0.0.1",
"payer":{"name":"TRẦN THỊ MẪU","identity":"038190000000","address":"Thôn Mẫu 1"},
"paid_amount":0,"refunded_amount":0,"receipts":[]})json");
}
inline core::Document test_dossier() {
    return json(R"json({"code":"H56.14-260105-0007",
"procedure":{"code":"2.000635","name":"Cấp bản sao trích lục hộ tịch"},
"receiving_unit":{"code":"H56.14","name":"Trung tâm Phục vụ hành chính công (mẫu)"},
"submitter":{"full_name":"TRẦN THỊ MẪU",
"identities":[{"kind":"citizen_number","number":"038190000000"}],
"address":{"province_code":"38","detail":"Thôn Mẫu 2"}}})json");
}

struct Kit {
    explicit Kit(connector_kit::Envelope envelope = connector_kit::Envelope::direct) {
        options.url = "https://pay.test/pay";
        if (envelope != connector_kit::Envelope::direct)
            options.url = "https://pay.test/lgsp/thanhtoan";
        options.envelope = envelope;
        options.merchant = "LTTEST01";
        options.secret = "SYNTHETIC-MABIMAT-0001";
        options.checkout_hosts = {"pay.test"};
        options.ip_address = "127.0.0.1";
        options.ipn_path = "/v1/ipn/national-platform";
        facts.payment = test_payment();
        remake();
    }
    /// After a change of the options.
    void remake() {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/national_platform/answers.toml";
        connector_kit::Parts parts;
        parts.partner = "national_platform";
        parts.http = &http;
        parts.blobs = &blobs;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        auto library = mapping::test::real_folder().load(problems);
        if (!library) throw std::logic_error(mapping::test::all(problems));
        parts.library = *library;
        desk = std::make_shared<Desk>(std::move(parts), options);
    }
    core::Claim claim(std::string_view operation) const {
        core::Claim c;
        c.leg.operation = std::string(operation);
        c.leg.agency = "H56";
        c.leg.dossier = "H56.14-260105-0007";
        core::Document snapshot = core::Document::object();
        snapshot.set("payment", facts.payment);
        snapshot.set("dossier", test_dossier());
        c.snapshot = std::make_shared<const std::string>(formats::write_json(snapshot));
        return c;
    }
    core::Result<core::Receipt> send(std::string_view operation) {
        PlatformSink sink(desk);
        const auto c = claim(operation);
        auto prepared = sink.prepare(c, clock.now());
        if (!prepared) return prepared.error();
        return test::run(io, sink.send(*prepared, c));
    }
    void go_to(core::Instant at) {
        clock.at(at, [] {});
        while (clock.advance(at + core::Duration(1))) {
        }
    }
    core::Result<core::Enquiry> enquire() {
        PlatformSink sink(desk);
        return test::run(io, sink.enquire(claim(init)));
    }
    ports::InAnswer notify(std::string body) {
        Notices source(desk);
        ports::InRequest request;
        request.method = "POST";
        request.body = std::move(body);
        return test::run(io, source.receive(std::move(request), store));
    }
    /// MaLoi and MoTaLoi of the answer, whose hash must hold.
    std::string told(const std::string& body) {
        const auto answer = notify(body);
        if (answer.status != 200) return std::to_string(answer.status);
        const core::Document d = json(answer.body);
        const auto hash = sign(
            {d.text_of("MaLoi"),
             d.text_of("MoTaLoi"),
             d.text_of("MaDoiTac"),
             d.text_of("MaThamChieu"),
             d.text_of("ThoiGianGD")},
            options.secret
        );
        if (hash != d.text_of("MaXacThuc")) return "bad hash";
        return d.text_of("MaLoi") + " " + d.text_of("MoTaLoi");
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-05T14:32:09+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::MemoryBlobs blobs;
    test::ObjectStore store;
    test::PaymentFacts facts{clock};
    Options options;
    std::shared_ptr<Desk> desk;
};

}  // namespace gw::national_platform
