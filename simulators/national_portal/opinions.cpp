// Surveys and questions, kept by their keys.
#include "simulators/national_portal/opinions.hpp"

#include "simulators/kit/json_writer.hpp"

namespace sim::national_portal {

using kit::JsonWriter;

std::string_view Surveys::put(const kit::Json& data) {
    Key key{
        kit::text_at(data, "NgayTongHop"),
        kit::text_at(data, "Madonvi"),
        kit::text_at(data, "MaThuTuc")};
    auto fields = kit::texts_of(data);
    if (const auto* opinions = kit::member(data, "DanhSachNoiDungYKien"))
        fields["DanhSachNoiDungYKien"] = kit::json_text(*opinions);
    auto [it, made] = held_.try_emplace(key, fields);
    if (!made && it->second == fields) return "repeat";
    it->second = std::move(fields);
    ++effects_;
    return made ? "create" : "update";
}

void Surveys::clear() {
    held_.clear();
    effects_ = 0;
}

std::string Questions::list(bool from_portal) const {
    JsonWriter w;
    w.array();
    for (const auto& [id, q] : held_) {
        if (q.from_portal != from_portal) continue;
        w.object().field("HOIDAPID", id).field("MALINHVUC", q.field_code).field("NOIDUNG", q.text);
        w.field("MADONVI", q.agency)
            .field("TENDONVI", q.agency_name)
            .field("HOVATEN", q.asker)
            .field("DIACHI", q.address);
        w.field("THUDIENTU", q.mail)
            .field("SODIENTHOAI", q.phone)
            .field("MATTHCDP", q.procedure)
            .field("TRANGTHAI", q.state);
        w.end_object();
    }
    return w.end_array().take();
}

std::string Questions::answer_to(std::string_view id) const {
    auto it = held_.find(std::string(id));
    if (it == held_.end() || it->second.answer.empty()) return "[]";
    auto text = it->second.answer.find("NOIDUNGTRALOI");
    JsonWriter w;
    w.array().object().field("HOIDAPID", id).field("TRALOIID", "TL-" + std::string(id));
    w.field("NOIDUNGTRALOI", text == it->second.answer.end() ? std::string() : text->second);
    return w.end_object().end_array().take();
}

std::string_view Questions::put(const kit::Json& data, bool from_portal) {
    auto fields = kit::texts_of(data);
    auto id = kit::text_at(data, "HOIDAPID");
    auto [it, made] = held_.try_emplace(id);
    auto& q = it->second;
    if (made) {
        q.id = id;
        q.from_portal = from_portal;
        q.text = kit::text_at(data, "NOIDUNG");
        q.agency = kit::text_at(data, "MADONVI");
    }
    if (q.answer == fields) return "repeat";
    bool first = q.answer.empty();
    q.answer = std::move(fields);
    ++q.answers;
    return first ? "create" : "update";
}

void Questions::ask(Question question) {
    auto id = question.id;
    held_.insert_or_assign(id, std::move(question));
}

void Questions::clear() {
    held_.clear();
    for (int i = 1; i <= 3; ++i) {
        Question q;
        q.id = "HD-MAU-00" + std::to_string(i);
        q.field_code = "LV-MAU-01";
        q.text =
            i == 3 ? "Nội dung không liên quan" : "Hồ sơ đăng ký khai sinh cần những giấy tờ gì?";
        q.agency = "000.00.00.H37";
        q.agency_name = "UBND tỉnh Lạng Sơn";
        q.asker = "LÊ THỊ GIẢ";
        q.address = "Xã Ví Dụ";
        q.mail = "gia@cong-dan.test";
        q.phone = "010000000" + std::to_string(i);
        q.procedure = "1.001193";
        q.state = i == 3 ? "0" : "1";
        ask(std::move(q));
    }
}

}  // namespace sim::national_portal
