// The table of sentences: usual first, then spellings that force a reader to normalise, last one
// never seen before.
#include "simulators/national_portal/texts.hpp"

#include <vector>

namespace sim::national_portal {
namespace {

using Texts = std::vector<std::string_view>;

const Texts& texts(Say what) {
    static const Texts dossier{
        "Đồng bộ hồ sơ thành công", "Thành công", "  ĐỒNG BỘ   HỒ SƠ THÀNH CÔNG. "};
    static const Texts progress{"Cập nhật tiến độ hồ sơ thành công", "Thành công"};
    static const Texts status{"Đồng bộ trạng thái hồ sơ thành công", "Thành công"};
    static const Texts survey{"Đồng bộ đánh giá thành công", "Thành công"};
    static const Texts question{"Đồng bộ hỏi đáp thành công", "Thành công"};
    // The last two: capitals with wide gaps, and letters decomposed (NFD).
    static const Texts already{
        "Hồ sơ {code} đã tồn tại trên hệ thống",
        "Hồ sơ đã tồn tại",
        "Mã hồ sơ đã tồn tại",
        "MÃ HỒ SƠ  ĐÃ  TỒN TẠI.",
        "Hồ sơ đa\xcc\x83 tồn ta\xcc\xa3i"};
    static const Texts not_found{
        "Hồ sơ {code} không tồn tại trên hệ thống",
        "Hồ sơ không tồn tại",
        "Cập nhật không thành công: hồ sơ không tồn tại"};
    static const Texts procedure{
        "Đồng bộ hồ sơ không thành công: MaTTHC không tồn tại",
        "Thủ tục hành chính không tồn tại",
        "MaTTHC {value} không hợp lệ"};
    static const Texts prefix{
        "Mã hồ sơ {code} không hợp lệ: không đúng mã định danh của tỉnh",
        "Đồng bộ hồ sơ không thành công: mã hồ sơ không thuộc đơn vị gửi",
        "ERR-1043 dossier rejected"};
    static const Texts required{
        "Đồng bộ không thành công: trường {field} là bắt buộc",
        "Thiếu trường bắt buộc {field}",
        "{field} bắt buộc nhập"};
    static const Texts format{
        "Trường {field} không đúng định dạng",
        "Dữ liệu không thành công: {field} không đúng định dạng",
        "ERR-1051 {field}"};
    static const Texts too_long{
        "Trường {field} không hợp lệ: vượt quá {value} ký tự",
        "{field} không đúng định dạng (độ dài)"};
    static const Texts bad_value{
        "Giá trị của trường {field} không hợp lệ", "{field} không hợp lệ: {value}"};
    static const Texts order{
        "Trạng thái hồ sơ không hợp lệ: {value}",
        "Cập nhật không thành công: sai thứ tự trạng thái {value}"};
    static const Texts updating{
        "Trường isUpdating không đúng định dạng", "isUpdating không hợp lệ"};
    static const Texts batch{"Số lượng bản ghi trong data không hợp lệ (tối đa {value})"};
    static const Texts agency{"Mã đơn vị {value} không hợp lệ", "Đơn vị không hợp lệ"};
    static const Texts sum{"Tổng phần trăm đánh giá không hợp lệ: {field}"};
    static const Texts service{"Dịch vụ {value} không hợp lệ"};
    static const Texts body{"Dữ liệu gửi lên không đúng định dạng JSON"};
    static const Texts session{
        "Phiên làm việc không tồn tại hoặc đã hết hạn",
        "Session không hợp lệ",
        "Phiên làm việc đã hết hạn"};
    static const Texts login{"Tên đăng nhập hoặc mật khẩu không hợp lệ"};
    static const Texts overload{"Hệ thống quá tải, vui lòng thử lại sau"};
    static const Texts file{"Không tìm thấy tệp {value}"};
    static const Texts failed{
        "Đồng bộ không thành công", "Xử lý không thành công, vui lòng liên hệ quản trị"};
    switch (what) {
        case Say::dossier_synced:
            return dossier;
        case Say::progress_synced:
            return progress;
        case Say::status_synced:
            return status;
        case Say::survey_synced:
            return survey;
        case Say::question_synced:
            return question;
        case Say::already:
            return already;
        case Say::not_found:
            return not_found;
        case Say::procedure_unknown:
            return procedure;
        case Say::foreign_prefix:
            return prefix;
        case Say::required:
            return required;
        case Say::format:
            return format;
        case Say::too_long:
            return too_long;
        case Say::bad_value:
            return bad_value;
        case Say::wrong_order:
            return order;
        case Say::is_updating:
            return updating;
        case Say::batch_size:
            return batch;
        case Say::agency:
            return agency;
        case Say::survey_sum:
            return sum;
        case Say::service_unknown:
            return service;
        case Say::body:
            return body;
        case Say::session:
            return session;
        case Say::login:
            return login;
        case Say::overload:
            return overload;
        case Say::file_missing:
            return file;
        case Say::failed:
            return failed;
    }
    return failed;
}

void fill(std::string& text, std::string_view blank, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(blank, at)) != std::string::npos; at += with.size())
        text.replace(at, blank.size(), with);
}

}  // namespace

std::size_t variants(Say what) {
    return texts(what).size();
}

std::string say(Say what, std::size_t variant, const Blank& blank) {
    std::string text(texts(what)[variant % variants(what)]);
    fill(text, "{code}", blank.code);
    fill(text, "{field}", blank.field);
    fill(text, "{value}", blank.value);
    return text;
}

}  // namespace sim::national_portal
