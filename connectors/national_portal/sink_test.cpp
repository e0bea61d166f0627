// Tests of the sink: create or update, sessions, lost answers, every step of a conversation
// failing.
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Advice;
using core::Document;
using test::answered;
using test::failed;
using test::PortalKit;

const char* const ok = R"({"error_code":"0","message":"Đồng bộ hồ sơ thành công","result":[]})";
const char* const exists =
    R"({"error_code":"3","message":"Hồ sơ H37.14-260302-0001 đã tồn tại trên hệ thống","result":null})";
const char* const missing = R"({"error_code":"3","message":"Hồ sơ không tồn tại","result":null})";
const char* const expired = R"({"error_code":"-1","message":"Phiên làm việc đã hết hạn"})";
const char* const nothing = R"({"error_code":"0","message":"","result":[]})";
const char* const held =
    R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37.14-260302-0001","TrangThaiHoSo":"2"}]})";

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

TEST_CASE("NP-33 sink: a first packet creates, and the acknowledgement is remembered") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(ok);
    const auto receipt = kit.send(kit.packet());
    REQUIRE(receipt.has_value());
    CHECK_FALSE(receipt->already_there);
    CHECK(*receipt->lane_note == "known=yes status=2");
    REQUIRE(kit.http.asked.size() == 2);
    CHECK(holds(kit.http.asked[1].body, R"("service":"DongBoHoSoMC","isUpdating":"False")"));
    CHECK(holds(
        kit.http.asked[1].body, R"({"session":"SYNTHETIC-SESSION-0001","madonvi":"000.00.00.H37")"
    ));
}

TEST_CASE("F-22 sink: the routing code goes in the header and in the query") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(ok);
    kit.send(kit.packet()).value();
    for (const auto& request : kit.http.asked) {
        CHECK(holds(request.url, "?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider"));
        CHECK(ports::header(request.headers, "dstcode") == "VN:GOV:000.00.00.G22:vpcpdvcprovider");
        CHECK(ports::header(request.headers, "Charset") == "utf-8");
    }
    CHECK(ports::header(kit.http.asked[1].headers, "X-Road-Issue") == "H37.14-260302-0001");
    CHECK(ports::header(kit.http.asked[1].headers, "X-Road-Id").size() == 36);
}

TEST_CASE("NP-33 F-45 sink: 'đã tồn tại' to a create sends the same snapshot once as an update") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(exists);
    const auto first = kit.send(kit.packet());
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().advice == Advice::retry);
    CHECK(first.error().retry_after == core::Duration(0));
    CHECK(*first.error().lane_note == "known=yes update=17");

    const core::Claim again = kit.packet(*first.error().lane_note);
    CHECK(holds(kit.sink->prepare(again, kit.clock.now())->bytes, R"("isUpdating":"True")"));
    kit.http.say(ok);
    const auto second = kit.send(again);
    REQUIRE(second.has_value());
    CHECK(*second->lane_note == "known=yes status=2");
}

TEST_CASE("NP-33 sink: the loop guard allows one switch, then a person looks") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(exists);
    const auto result = kit.send(kit.packet("known=yes update=17"));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().advice == Advice::hold);
    CHECK(result.error().code == "national_portal.contradiction");
    CHECK(holds(result.error().answer, "đã tồn tại"));
}

TEST_CASE("NP-33 sink: 'không tồn tại' to an update is looked up; absent means create") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(missing);
    kit.http.say(nothing);
    const auto result = kit.send(kit.packet("known=yes status=2"));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().advice == Advice::retry);
    CHECK(result.error().retry_after == core::Duration(0));
    CHECK(*result.error().lane_note == "known=no status=2 create=17");
    CHECK(
        holds(kit.http.asked.back().body, R"("service":"TraCuuHoSo","mahoso":"H37.14-260302-0001")")
    );
    const auto next = kit.sink->prepare(kit.packet(*result.error().lane_note), kit.clock.now());
    CHECK(holds(next->bytes, R"("isUpdating":"False")"));
}

TEST_CASE("NP-33 sink: 'không tồn tại' that the look-up contradicts waits for a person") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(missing);
    kit.http.say(held);
    const auto result = kit.send(kit.packet("known=yes status=2"));
    CHECK(result.error().advice == Advice::hold);
}

TEST_CASE("NP-33 sink: a dossier that was taken over is looked up before it is sent") {
    PortalKit kit;
    kit.dossier.set("imported", Document::boolean(true));
    kit.say_session();
    kit.http.say(nothing);
    const auto result = kit.send(kit.packet());
    CHECK(result.error().advice == Advice::retry);
    CHECK(*result.error().lane_note == "known=no");
    CHECK(kit.http.asked.size() == 2);
}

TEST_CASE("NP-5 F-9 sink: a session that ended is renewed once and the call repeated once") {
    PortalKit kit;
    kit.say_session("OLD-SESSION-1");
    kit.http.say(expired);
    kit.say_session("NEW-SESSION-2");
    kit.http.say(ok);
    CHECK(kit.send(kit.packet()).has_value());
    REQUIRE(kit.http.asked.size() == 4);
    CHECK(holds(kit.http.asked[1].body, "OLD-SESSION-1"));
    CHECK(holds(kit.http.asked[3].body, "NEW-SESSION-2"));
}

TEST_CASE("NP-5 sink: a second REAUTH is a retry, not a third log-in") {
    PortalKit kit;
    for (int i = 0; i < 2; ++i) {
        kit.say_session();
        kit.http.say(expired);
    }
    const auto result = kit.send(kit.packet());
    CHECK(result.error().advice == Advice::retry);
    CHECK(result.error().code == "national_portal.session_refused");
    CHECK(kit.http.asked.size() == 4);
}

TEST_CASE("NP-5 NP-7 sink: a session is trusted for eight minutes and shared") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(ok);
    kit.http.say(ok);
    CHECK(kit.send(kit.packet()).has_value());
    CHECK(kit.send(kit.packet("known=yes status=2")).has_value());
    CHECK(kit.http.asked.size() == 3);
}

TEST_CASE("NP-6 F-229 sink: no session and no password in prepared bytes, errors or evidence") {
    PortalKit kit;
    CHECK(holds(kit.sink->prepare(kit.packet(), kit.clock.now())->bytes, R"({"session":"***")"));
    kit.say_session("SESSION-TO-HIDE");
    kit.http.say(
        R"({"error_code":"-1","message":"Sai định dạng SESSION-TO-HIDE synthetic-password","session":"SESSION-TO-HIDE"})"
    );
    const auto result = kit.send(kit.packet());
    REQUIRE_FALSE(result.has_value());
    const std::string all = result.error().what + result.error().answer + result.error().code;
    CHECK_FALSE(holds(all, "SESSION-TO-HIDE"));
    CHECK_FALSE(holds(all, "synthetic-password"));
}

TEST_CASE("sink: refused credentials park the route and are not tried again at once") {
    PortalKit kit;
    kit.http.say(
        R"({"error_code":-1,"session":"","message":"Tên đăng nhập hoặc mật khẩu không hợp lệ"})"
    );
    const auto first = kit.send(kit.packet());
    CHECK(first.error().advice == Advice::retry);
    CHECK(first.error().blame == core::Blame::ours);
    CHECK(first.error().code == "national_portal.credential");
    CHECK(kit.send(kit.packet()).error().code == "national_portal.credential");
    CHECK(kit.http.asked.size() == 1);
}

TEST_CASE("F-3 F-4 sink: HTML or empty 200 is repeated once, the second time a person looks") {
    for (const char* page : {"<html><body>Lỗi</body></html>", ""}) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(page);
        const auto first = kit.send(kit.packet());
        CHECK(first.error().advice == Advice::retry);
        CHECK(*first.error().lane_note == "unreadable=17:1");
        kit.http.say(page);
        const auto second = kit.send(kit.packet(*first.error().lane_note));
        CHECK(second.error().advice == Advice::hold);
        CHECK(second.error().answer == page);
    }
}

TEST_CASE("F-3 sink: an answer in between starts the counting anew") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(R"({"error_code":"-1","message":"Hệ thống quá tải, vui lòng thử lại sau"})");
    const auto busy = kit.send(kit.packet("unreadable=17:1"));
    CHECK(busy.error().advice == Advice::retry);
    CHECK(*busy.error().lane_note == "");
}

TEST_CASE("NP-25 F-67 sink: HTML to a progress line is an unknown outcome, never a plain repeat") {
    PortalKit kit;
    kit.say_session();
    kit.http.say("<html></html>");
    CHECK(kit.send(kit.line("known=yes")).error().advice == Advice::enquire);
}

TEST_CASE("F-14 sink: a lost answer asks for an enquiry; the look-up decides by status") {
    PortalKit kit;
    kit.say_session();
    kit.http.answers.push_back(failed(true));
    const auto lost = kit.send(kit.packet());
    CHECK(lost.error().advice == Advice::enquire);
    CHECK(lost.error().code == "national_portal.cut");

    kit.http.say(held);
    const auto enquiry = kit.enquire(kit.packet());
    REQUIRE(enquiry.has_value());
    CHECK(enquiry->found == core::Found::done);
    CHECK(enquiry->receipt.already_there);
    CHECK(*enquiry->receipt.lane_note == "known=yes status=2");
}

TEST_CASE(
    "sink: an enquiry that shows the status of an earlier packet proves nothing about this one"
) {
    PortalKit kit;
    kit.say_session();
    kit.http.say(held);
    const auto enquiry = kit.enquire(kit.packet("known=yes status=2"));
    CHECK(enquiry->found == core::Found::different);
}

TEST_CASE("F-14 sink: a status that the portal may have had before the packet proves nothing") {
    // Known, and never acknowledged here: "đã tồn tại" to a create, or taken over.
    for (const char* note : {"known=yes update=17", "known=yes"}) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(held);
        CHECK(kit.enquire(kit.packet(note))->found == core::Found::different);
    }
    PortalKit changed;
    changed.say_session();
    changed.http.say(held);
    CHECK(changed.enquire(changed.packet("known=yes status=1"))->found == core::Found::done);
    // Filed there: the status service said "2" before the packet did.
    PortalKit filed;
    filed.dossier.set("origin", Document::text("national_portal"));
    filed.say_session();
    filed.http.say(held);
    CHECK(filed.enquire(filed.packet("known=yes status=1"))->found == core::Found::different);
    filed.http.say(held);
    CHECK(filed.enquire(filed.packet())->found == core::Found::different);
    // The day of reception comes with its first packet only.
    filed.http.say(
        R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37.14-260302-0001","TrangThaiHoSo":"2","NgayTiepNhan":"20260302090000"}]})"
    );
    CHECK(filed.enquire(filed.packet())->found == core::Found::done);
}

TEST_CASE("F-72 sink: a portal that refuses the impossible code denies having it") {
    for (const char* answer :
         {R"({"error_code":"-1","message":"Mã hồ sơ không hợp lệ","result":null})",
          R"({"error_code":"-1","message":"Hồ sơ không tồn tại"})",
          R"({"error_code":"7","message":"ERR-77"})"}) {
        PortalKit kit(connector_kit::OptionValues{{"lookup_control", "true"}});
        kit.say_session();
        kit.http.say(held);
        kit.http.say(answer);
        const auto enquiry = kit.enquire(kit.packet());
        REQUIRE_MESSAGE(enquiry.has_value(), std::string(answer));
        CHECK(enquiry->found == core::Found::done);
    }
    PortalKit cut(connector_kit::OptionValues{{"lookup_control", "true"}});
    cut.say_session();
    cut.http.say(held);
    cut.http.answers.push_back(failed(true));
    CHECK(cut.enquire(cut.packet()).error().advice == Advice::retry);
}

TEST_CASE("sink: an enquiry that finds nothing says so") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(nothing);
    CHECK(kit.enquire(kit.packet())->found == core::Found::not_found);
}

TEST_CASE("F-72 sink: an unreadable look-up is never proof") {
    for (const char* result :
         {R"("có")",
          R"([{"KETQUA":"1"}])",
          R"([{"MaHoSo":"H37.99-000000-1","TrangThaiHoSo":"2"}])",
          R"([{"MaHoSo":"H37.14-260302-0001"}])",
          R"("\u0001<không đọc được>")",
          "true"}) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(std::string(R"({"error_code":"0","message":"","result":)") + result + "}");
        CHECK(kit.enquire(kit.packet())->found == core::Found::cannot_tell);
    }
}

TEST_CASE("F-72 sink: a portal that says yes to a code that cannot exist is not believed") {
    PortalKit kit(connector_kit::OptionValues{{"lookup_control", "true"}});
    kit.say_session();
    kit.http.say(held);
    kit.http.say(
        R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37-000000-KHONG-TON-TAI","TrangThaiHoSo":"2"}]})"
    );
    CHECK(kit.enquire(kit.packet())->found == core::Found::cannot_tell);
}

TEST_CASE("F-72 sink: an honest portal is asked for the impossible code once an hour") {
    PortalKit kit(connector_kit::OptionValues{{"lookup_control", "true"}});
    kit.say_session();
    kit.http.say(held);
    kit.http.say(nothing);
    kit.http.say(held);
    CHECK(kit.enquire(kit.packet())->found == core::Found::done);
    CHECK(kit.enquire(kit.packet())->found == core::Found::done);
    CHECK(kit.http.asked.size() == 4);
}

TEST_CASE("NP-9 F-18 sink: result as array, object with data, text with JSON, null or missing") {
    const std::string item = R"({"MaHoSo":"H37.14-260302-0001","TrangThaiHoSo":"2"})";
    for (const std::string& result :
         {"[" + item + "]",
          item,
          R"({"data":[)" + item + "]}",
          formats::write_json(Document::text("[" + item + "]"))}) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(R"({"error_code":0,"message":"","result":)" + result + "}");
        CHECK_MESSAGE(kit.enquire(kit.packet())->found == core::Found::done, result);
    }
    for (const char* body :
         {R"({"error_code":0,"message":"","result":null})", R"({"error_code":0,"message":""})"}) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(body);
        CHECK(kit.enquire(kit.packet())->found == core::Found::not_found);
    }
}

TEST_CASE("NP-25 sink: progress lines are compared when the look-up shows them") {
    const auto found = [](const std::string& lines) {
        PortalKit kit;
        kit.say_session();
        kit.http.say(
            R"({"error_code":"0","message":"","result":[{"MaHoSo":"H37.14-260302-0001","TrangThaiHoSo":"4")" +
            lines + "}]}"
        );
        return kit.enquire(kit.line("known=yes"))->found;
    };
    CHECK(
        found(
            R"(,"DanhSachTienDo":[{"ThoiDiemXuLy":"20260302143000","TrangThai":"4","NoiDungXuLy":"Chuyển xử lý"}])"
        ) == core::Found::done
    );
    CHECK(
        found(
            R"(,"DanhSachTienDo":[{"ThoiDiemXuLy":"20260302143000","TrangThai":"2","NoiDungXuLy":"Chuyển xử lý"}])"
        ) == core::Found::not_found
    );
    CHECK(found(R"(,"DanhSachTienDo":[])") == core::Found::not_found);
    CHECK(found("") == core::Found::cannot_tell);
}

TEST_CASE("NP-23 sink: more than ten lines go in several calls, each acknowledged for itself") {
    PortalKit kit;
    const core::Claim one = kit.line("known=yes");
    Document snapshot = *formats::read_json(*one.snapshot);
    Document lines = Document::list();
    for (int i = 0; i < 12; ++i) lines.push(*snapshot.find("progress"));
    snapshot.set("progress", lines);
    core::Claim claim = kit.claim(push_progress, snapshot);
    claim.lane_note = "known=yes";
    kit.say_session();
    kit.http.say(R"({"error_code":"0","message":"Cập nhật tiến độ hồ sơ thành công"})");
    const auto first = kit.send(claim);
    CHECK(first.error().advice == Advice::retry);
    CHECK(first.error().retry_after == core::Duration(0));
    CHECK(*first.error().lane_note == "known=yes lines=17:10");
    claim.lane_note = *first.error().lane_note;
    const auto rest = formats::read_json(kit.sink->prepare(claim, kit.clock.now())->bytes);
    CHECK(rest->find("data")->items().size() == 2);
    kit.http.say(R"({"error_code":"0","message":"Cập nhật tiến độ hồ sơ thành công"})");
    CHECK(*kit.send(claim)->lane_note == "known=yes");
}

TEST_CASE("NP-34 NP-35 F-2 sink: the text decides, in both directions") {
    const auto advice = [](const char* body) -> std::optional<Advice> {
        PortalKit kit;
        kit.say_session();
        kit.http.say(body);
        const auto result = kit.send(kit.packet("known=yes"));
        if (result) return std::nullopt;
        return result.error().advice;
    };
    CHECK(
        advice(
            R"({"error_code":"0","message":"Đồng bộ hồ sơ không thành công: MaTTHC không tồn tại","result":[]})"
        ) == Advice::give_up
    );
    CHECK(advice(R"({"error_code":"3","message":"Cập nhật hồ sơ thành công"})") == std::nullopt);
    CHECK(advice(R"({"error_code":"-3","message":"Thành công"})") == std::nullopt);
    CHECK(advice(R"({"error_code":"7","message":"ERR-1043 dossier rejected"})") == Advice::enquire);
    CHECK(
        advice(R"({"error_code":"-1","message":"Trường NgayTiepNhan không đúng định dạng"})") ==
        Advice::give_up
    );
    CHECK(
        advice(R"({"error_code":"-1","message":"Hệ thống quá tải, vui lòng thử lại sau"})") ==
        Advice::retry
    );
}

TEST_CASE("sink: a success with an unknown text is a success that is flagged") {
    PortalKit kit;
    kit.say_session();
    kit.http.say(R"({"error_code":"00","message":"Đã ghi nhận"})");
    CHECK(kit.send(kit.packet())->flag == "text_unrecognised");
}

TEST_CASE("NP-27 sink: a dossier filed on the portal is updated under its national code") {
    PortalKit kit;
    Document code = Document::object();
    code.set("system", Document::text("national_portal"));
    code.set("code", Document::text("G22.99.01-260302-0001"));
    Document codes = Document::list();
    codes.push(std::move(code));
    kit.dossier.set("origin", Document::text("national_portal"));
    kit.dossier.set("other_codes", std::move(codes));
    const auto prepared = kit.sink->prepare(kit.packet(), kit.clock.now());
    REQUIRE(prepared.has_value());
    CHECK(holds(prepared->bytes, R"("isUpdating":"True","data":[{"MaHoSo":"G22.99.01-260302-0001")")
    );
    kit.say_session();
    kit.http.say(nothing);
    kit.enquire(kit.packet()).value();
    CHECK(holds(kit.http.asked.back().body, R"("mahoso":"G22.99.01-260302-0001")"));
}

// Every failure path is generated: the conversation fails after step 1, 2, … n in each way a
// network can.
struct Conversation {
    const char* name;
    std::vector<std::string> answers;
    bool progress;
    std::string note;
};
const std::vector<Conversation>& conversations() {
    static const std::string session =
        R"({"error_code":0,"session":"SYNTHETIC-SESSION-0001","message":""})";
    static const std::vector<Conversation> all{
        {"create", {session, ok}, false, ""},
        {"line", {session, ok}, true, "known=yes"},
        {"expired", {session, expired, session, ok}, false, ""},
        {"not found", {session, missing, nothing}, false, "known=yes"},
    };
    return all;
}

TEST_CASE(
    "sink: every step of every conversation, failing in every way, gives an advice that loses and "
    "repeats nothing"
) {
    for (const Conversation& c : conversations())
        for (std::size_t step = 0; step < c.answers.size(); ++step)
            for (const bool bytes_left : {false, true}) {
                PortalKit kit;
                for (std::size_t i = 0; i < step; ++i) kit.http.say(c.answers[i]);
                kit.http.answers.push_back(failed(bytes_left));
                const auto result = kit.send(c.progress ? kit.line(c.note) : kit.packet(c.note));
                INFO(
                    c.name,
                    " fails at step ",
                    step,
                    bytes_left ? " after bytes left" : " before bytes left"
                );
                REQUIRE_FALSE(result.has_value());
                // Only the push itself may have had an effect; log-ins and look-ups are repeated
                // freely.
                const auto& asked = kit.http.asked.back();
                const bool push =
                    holds(asked.body, "DongBoHoSoMC") || holds(asked.body, "CapNhatTienDoHoSoMC");
                CHECK(
                    result.error().advice == (push && bytes_left ? Advice::enquire : Advice::retry)
                );
                CHECK(result.error().blame == core::Blame::partner);
                CHECK_FALSE(result.error().what.empty());
            }
}

TEST_CASE("sink: the same conversations with an illness of the partner at each step") {
    for (const Conversation& c : conversations())
        for (std::size_t step = 0; step < c.answers.size(); ++step)
            for (const long status : {404L, 429L, 500L, 502L, 503L, 302L}) {
                PortalKit kit;
                for (std::size_t i = 0; i < step; ++i) kit.http.say(c.answers[i]);
                kit.http.answers.push_back(answered(status, "ill"));
                const auto result = kit.send(c.progress ? kit.line(c.note) : kit.packet(c.note));
                INFO(c.name, " answers ", status, " at step ", step);
                REQUIRE_FALSE(result.has_value());
                CHECK(result.error().advice != Advice::give_up);
                CHECK(result.error().advice != Advice::stop);
            }
}

}  // namespace
}  // namespace gw::national_portal
