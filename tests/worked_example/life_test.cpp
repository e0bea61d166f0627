// The worked example of the contract, message by message, and what everybody holds at its end.
#include "simulators/national_platform/signing.hpp"
#include "tests/worked_example/example.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

namespace gw::worked_example {
namespace {

constexpr const char* secret = "SYNTHETIC-MABIMAT-0001";

/// "05 08:36".
std::string minute_of(Instant at) {
    const std::string text = core::to_rfc3339(at);
    return text.substr(8, 2) + " " + text.substr(11, 5);
}

/// Everything the portal got of the dossier, by its arrival: "05 08:36 DongBoHoSoMC True 5".
std::vector<std::string> received_by_portal(Example& life) {
    std::vector<std::pair<Instant, std::string>> all;
    const auto& held = life.at_portal();
    for (const auto& one : held.packets)
        all.emplace_back(
            one.arrived,
            std::string("DongBoHoSoMC ") + (one.update ? "True " : "False ") +
                std::to_string(one.status)
        );
    for (const auto& one : held.progress)
        all.emplace_back(one.arrived, "CapNhatTienDoHoSoMC " + std::to_string(one.status));
    for (const auto& one : held.status_messages)
        all.emplace_back(one.arrived, "DongBoTrangThaiHoSo " + std::to_string(one.status));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<std::string> lines;
    for (const auto& [at, what] : all) lines.push_back(minute_of(at) + " " + what);
    return lines;
}

/// The newest packet that had arrived then, as it came.
std::string packet_at(Example& life, std::string_view when) {
    std::string raw;
    for (const auto& packet : life.at_portal().packets)
        if (packet.arrived <= moment(when)) raw = packet.raw;
    return raw;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

/// Played once: every case looks at the same life.
Example& the_life() {
    static Example life;
    static const bool played = [] {
        life.live_until(nullptr);
        return true;
    }();
    REQUIRE(played);
    return life;
}

}  // namespace

TEST_CASE("worked example: the portal has received the table of the contract") {
    Example& life = the_life();
    const std::vector<std::string> table{
        "05 08:36 DongBoTrangThaiHoSo 2",
        "05 08:36 DongBoHoSoMC True 2",    // NP-27: the portal has it since it was filed there
        "05 08:37 CapNhatTienDoHoSoMC 2",  // behind the packet whose answer did not come
        "05 08:55 DongBoTrangThaiHoSo 5", "05 08:55 DongBoHoSoMC True 5",
        "05 08:55 CapNhatTienDoHoSoMC 5", "05 13:52 DongBoTrangThaiHoSo 2",
        "05 13:52 DongBoHoSoMC True 2",   "05 13:52 CapNhatTienDoHoSoMC 2",
        "05 14:30 DongBoTrangThaiHoSo 2", "05 14:30 DongBoHoSoMC True 6",
        "05 14:30 CapNhatTienDoHoSoMC 6",
        "05 14:32 DongBoHoSoMC True 6",  // the money came
        "05 14:33 DongBoTrangThaiHoSo 2", "05 14:33 DongBoHoSoMC True 4",
        "05 14:33 CapNhatTienDoHoSoMC 4",
        "05 16:05 DongBoHoSoMC True 4",  // the result came
        "05 16:06 DongBoTrangThaiHoSo 2", "05 16:06 DongBoHoSoMC True 9",
        "05 16:06 CapNhatTienDoHoSoMC 9", "07 10:26 DongBoTrangThaiHoSo 2",
        "07 10:26 DongBoHoSoMC True 10",  "07 10:26 CapNhatTienDoHoSoMC 10"};
    const auto received = received_by_portal(life);
    for (std::size_t i = 0; i < std::max(table.size(), received.size()); ++i)
        CHECK_MESSAGE(
            (i < received.size() ? received[i] : "nothing") ==
                (i < table.size() ? table[i] : "nothing"),
            i
        );
    CHECK(life.at_portal().statuses == std::vector<int>{1, 2, 5, 2, 6, 4, 9, 10});
    CHECK(life.at_portal().duplicate_lines == 0);
    CHECK(life.at_portal().portal_origin);
}

TEST_CASE("worked example: each packet says what the table says of it") {
    Example& life = the_life();
    const auto first = packet_at(life, "08:36:59");
    for (const char* part :
         {R"("MaTTHC":"2.000635)",
          R"("NgayTiepNhan":"20260105083610")",
          R"("NgayHenTra":"20260105170000")",
          R"("HinhThuc":"1")",
          R"("KenhThucHien":"2")",
          R"("NoiNopHoSo":"1")",
          R"("MaDoiTuong":"TECHID-SYNTHETIC-1")",
          R"("SoGiayToChuHoSo":"038190000000")",
          R"("MaPhiLePhi":"LP-TRICHLUC")",
          R"("Gia":"16000")",
          R"("HoSoCoThanhPhanSoHoa":"1")",
          R"("DuocThanhToanTrucTuyen":"3")"})
        CHECK_MESSAGE(has(first, part), part, " in ", first);
    const auto asked = packet_at(life, "08:59:00");
    CHECK(has(asked, R"("TrangThaiBoSung":"0")"));
    CHECK(has(asked, "Đề nghị bổ sung bản chụp giấy tờ tùy thân rõ nét"));
    const auto given = packet_at(life, "13:59:00");
    CHECK(has(given, R"("TrangThaiBoSung":"1")"));
    CHECK(has(given, R"("NgayTiepNhanBoSung":"20260105135200")"));
    CHECK(has(given, R"("NgayHenTraMoi":"20260105170000")"));
    CHECK(has(packet_at(life, "14:31:00"), R"("DuocThanhToanTrucTuyen":"3")"));
    CHECK(has(packet_at(life, "14:35:00"), R"("DuocThanhToanTrucTuyen":"1")"));
    const auto finished = packet_at(life, "16:59:00");
    CHECK(has(finished, R"("MaGiayToKetQua":"KQ.G15.000032")"));
    CHECK(has(finished, R"("DuongDanTepTinKetQua":"https://gateway.test/f/)"));
    CHECK(has(packet_at(life, "07T23:00:00"), R"("NgayTra":"20260107102600")"));
}

TEST_CASE("NP-33 worked example: the packet without an answer is looked up and confirmed") {
    Example& life = the_life();
    int asked = 0;
    for (const auto& entry : life.world.partners().portal.journal().held())
        if (entry.service == "TraCuuHoSo" && entry.key == code && entry.at < moment("08:40:00"))
            ++asked;
    CHECK(asked == 1);
    const auto confirmed = life.events("dossier.sync_confirmed");
    REQUIRE(confirmed.size() == 1);
    CHECK(minute_of(*core::parse_rfc3339(confirmed[0].text_of("timestamp"))) == "05 08:37");
    CHECK(confirmed[0].text_of("actor") == "system:sync");
    CHECK(confirmed[0].at("/data/partner")->as_text() == "national_portal");
    CHECK(confirmed[0].at("/data/message")->as_text() == "dossier");
    CHECK(confirmed[0].at("/data/sent_version")->as_text() == "1");
}

TEST_CASE("worked example: INIT and IPN are those of the vectors init-ascii and ipn-paid") {
    Example& life = the_life();
    const auto& platform = life.world.partners().platform;
    const auto& held = platform.held().at(reference);
    const sim::national_platform::Fields init{
        {"LoaiBanTin", "INIT"},
        {"PhienBan", "1.0.6"},
        {"MaDoiTac", held.merchant},
        {"MaThamChieu", held.reference},
        {"SoTien", std::to_string(held.amount)},
        {"LoaiHinhThanhToan", "PAY"},
        {"MaKenhThanhToan", "1"},
        {"MaThietBi", "1"},
        {"NgonNgu", "vi-VN"},
        {"MaTienTe", "VND"},
        {"MaNganHang", "PAYMENT"},
        {"ThongTinGiaoDich", held.text},
        {"ThoiGianGD", held.started},
        {"Ip", held.ip}};
    CHECK(
        sim::national_platform::sign("INIT", init, secret) ==
        "83b6e91db104da67136e7304da239611ba891a9a201e57443f3434f58c77efd7"
    );
    REQUIRE(platform.outbox().all().size() == 1);
    const auto& notice = platform.outbox().all().begin()->second;
    CHECK(
        sim::national_platform::sign("IPN", notice.fields, secret) ==
        "ed48992ec1d605e37eb356c58c0781198cd9f166e10f30ff6ed2c1e126102965"
    );
    CHECK(notice.attempts == 2);
    CHECK(held.notices_acknowledged == 2);
    CHECK(held.answers_refused == 0);
    CHECK(held.answers_badly_signed == 0);
}

TEST_CASE("worked example: the money at the end") {
    Example& life = the_life();
    const auto payment = life.payment();
    CHECK(payment.text("/state") == "receipt_issued");
    CHECK(payment.text("/paid_amount") == "16000");
    CHECK(payment.text("/paid_at").starts_with("2026-01-05T14:32:08"));
    CHECK(payment.text("/receipts/0/amount") == "16000");
    CHECK(payment.text("/receipts/0/nature") == "charge");
    CHECK(payment.json.find("receipts")->size() == 1);
    auto& platform = life.world.partners().platform;
    CHECK(platform.held().size() == 1);
    CHECK(platform.held().at(reference).paid_amount() == 16'000);
    const auto file =
        platform.day_file("LTTEST01", *core::parse_iso_day("2026-01-05"), life.world.now());
    REQUIRE(file);
    int lines = 0;
    for (auto at = file->csv.find("TXN"); at != file->csv.npos; at = file->csv.find("TXN", at + 1))
        ++lines;
    CHECK_MESSAGE(lines == 1, file->csv);
    CHECK(has(file->csv, reference));
    const auto report = life.get("/v1/reconciliations/2026-01-05?provider=national_platform");
    REQUIRE_MESSAGE(report.status == 200, report.body);
    CHECK_MESSAGE(report.text("/state") == "closed", report.body);
    CHECK(report.text("/matched") == "1");
    CHECK(report.text("/sums/dossiers") == "16000");
}

TEST_CASE("worked example: the post holds one parcel that was brought") {
    Example& life = the_life();
    const auto& parcels = life.world.partners().post.parcels();
    REQUIRE(parcels.size() == 1);
    const auto& parcel = parcels.begin()->second;
    CHECK(parcel.creates == 1);
    CHECK(parcel.direction() == "return");
    CHECK(parcel.dossier() == code);
    CHECK(parcel.cod == 0);
    std::string history;
    for (const auto& one : parcel.history)
        history += minute_of(one.at) + " " + std::to_string(one.code) + ", ";
    CHECK(history == "05 16:07 0, 06 09:10 2, 06 13:10 3, 07 08:15 9, 07 10:25 4, ");
    std::string told;
    for (const auto& event : life.events("delivery.state_changed"))
        told += event.at("/data/state")->as_text() + ", ";
    CHECK(told == "booked, picked_up, in_transit, out_for_delivery, delivered, ");
}

TEST_CASE("worked example: the citizen read each notice once, the officer's question is on record"
) {
    Example& life = the_life();
    auto& partners = life.world.partners();
    CHECK(partners.phones.lost() == 0);
    REQUIRE(partners.phones.phones().size() == 1);
    std::string read;
    std::map<std::string, Instant> texts;
    for (const auto& message : partners.phones.phones().at("84100000001").messages) {
        read += minute_of(message.accepted) + " " + message.template_id + ", ";
        CHECK(message.arrival == sim::phone::Arrival::delivered);
        // NT-10: the same words come again only for another fact, here the second reception.
        const auto [before, fresh] = texts.try_emplace(message.text, message.accepted);
        CHECK((fresh || message.accepted - before->second > std::chrono::minutes(10)));
    }
    CHECK(
        read ==
        "05 08:38 100001, 05 08:55 100003, 05 13:54 100001, 05 14:30 100005, 05 14:34 100006, "
        "05 16:08 100008, 06 09:12 100009, 07 10:27 100011, "
    );
    const auto told = life.events("notification.delivered");
    CHECK(std::count_if(told.begin(), told.end(), [](const Document& e) {
              return minute_of(*core::parse_rfc3339(e.text_of("timestamp"))) == "05 08:55";
          }) == 1);
    CHECK(life.events("identity_check.completed").size() == 1);
    const auto& asked = partners.population.audit().rows();
    REQUIRE(asked.size() == 1);
    CHECK(minute_of(asked[0].at) == "05 08:34");
    CHECK(asked[0].number == citizen);
    CHECK(asked[0].procedure == "2.000635");
    CHECK(asked[0].officer == "038090000009");
}

TEST_CASE("worked example: one-stop events come by webhook as they stand in the feed") {
    Example& life = the_life();
    const auto feed = life.events();
    std::map<std::string, const Hook*> by_id;
    for (const Hook& hook : life.hooks) {
        by_id[hook.id] = &hook;
        CHECK(hook.signed_well);
    }
    CHECK(feed.size() > 50);
    for (const Document& event : feed) CHECK(by_id.count(event.text_of("id")) == 1);
    const auto paid = life.events("payment.paid");
    REQUIRE(paid.size() == 1);
    CHECK(paid[0].text_of("actor") == "partner:national_platform");
    CHECK(paid[0].text_of("dossier_code") == code);
    CHECK(minute_of(*core::parse_rfc3339(paid[0].text_of("timestamp"))) == "05 14:32");
    CHECK(paid[0].at("/data/amount")->as_text() == "16000");
    CHECK(paid[0].at("/data/currency")->as_text() == "VND");
    CHECK(paid[0].at("/data/provider")->as_text() == "national_platform");
    CHECK(life.events("payment.receipt_issued").size() == 1);
}

TEST_CASE("worked example: the survey is part of the unit's totals, the dossier is closed") {
    Example& life = the_life();
    CHECK(life.world.partners().portal.survey_effects() == 1);
    sim::kit::Call call;
    call.method = "GET";
    call.path = "/sim/state/surveys";
    const auto held = life.world.partners().portal.handle(call, life.world.now()).body;
    CHECK_MESSAGE(has(held, R"("PhanTramDanhGiaRatHaiLong":"100%")"), held);
    CHECK_MESSAGE(has(held, R"("TongSoNguoiDanhGia":"1")"), held);
    CHECK(life.dossier().text("/status") == "returned");
    CHECK(life.progress("processing").status == 409);
    const auto sync = life.get(life.below("/sync"));
    for (const Document& row : sync.json.find("items")->items()) {
        const std::string state = row.text_of("state");
        CHECK_MESSAGE((state == "delivered" || state == "confirmed"), row.text_of("message"));
    }
}

}  // namespace gw::worked_example
