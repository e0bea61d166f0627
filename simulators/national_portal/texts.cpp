// The table of sentences: usual first, then spellings that force a reader to normalise, last one
// never seen before.
#include "simulators/national_portal/texts.hpp"

#include <map>
#include <vector>

namespace sim::national_portal {
namespace {

using Texts = std::vector<std::string_view>;

/// The order of each row: usual first; of `already` the last two are capitals with wide gaps and
/// NFD.
const std::map<Say, Texts> table{
    {Say::dossier_synced,
     {"Đồng bộ hồ sơ thành công", "Thành công", "  ĐỒNG BỘ   HỒ SƠ THÀNH CÔNG. "}},
    {Say::progress_synced, {"Cập nhật tiến độ hồ sơ thành công", "Thành công"}},
    {Say::status_synced, {"Đồng bộ trạng thái hồ sơ thành công", "Thành công"}},
    {Say::survey_synced, {"Đồng bộ đánh giá thành công", "Thành công"}},
    {Say::question_synced, {"Đồng bộ hỏi đáp thành công", "Thành công"}},
    {Say::already,
     {"Hồ sơ {code} đã tồn tại trên hệ thống",
      "Hồ sơ đã tồn tại",
      "Mã hồ sơ đã tồn tại",
      "MÃ HỒ SƠ  ĐÃ  TỒN TẠI.",
      "Hồ sơ đa\xcc\x83 tồn ta\xcc\xa3i"}},
    {Say::not_found,
     {"Hồ sơ {code} không tồn tại trên hệ thống",
      "Hồ sơ không tồn tại",
      "Cập nhật không thành công: hồ sơ không tồn tại"}},
    {Say::procedure_unknown,
     {"Đồng bộ hồ sơ không thành công: MaTTHC không tồn tại",
      "Thủ tục hành chính không tồn tại",
      "MaTTHC {value} không hợp lệ"}},
    {Say::foreign_prefix,
     {"Mã hồ sơ {code} không hợp lệ: không đúng mã định danh của tỉnh",
      "Đồng bộ hồ sơ không thành công: mã hồ sơ không thuộc đơn vị gửi",
      "ERR-1043 dossier rejected"}},
    {Say::required,
     {"Đồng bộ không thành công: trường {field} là bắt buộc",
      "Thiếu trường bắt buộc {field}",
      "{field} bắt buộc nhập"}},
    {Say::format,
     {"Trường {field} không đúng định dạng",
      "Dữ liệu không thành công: {field} không đúng định dạng",
      "ERR-1051 {field}"}},
    {Say::too_long,
     {"Trường {field} không hợp lệ: vượt quá {value} ký tự",
      "{field} không đúng định dạng (độ dài)"}},
    {Say::bad_value, {"Giá trị của trường {field} không hợp lệ", "{field} không hợp lệ: {value}"}},
    {Say::wrong_order,
     {"Trạng thái hồ sơ không hợp lệ: {value}",
      "Cập nhật không thành công: sai thứ tự trạng thái {value}"}},
    {Say::is_updating, {"Trường isUpdating không đúng định dạng", "isUpdating không hợp lệ"}},
    {Say::batch_size, {"Số lượng bản ghi trong data không hợp lệ (tối đa {value})"}},
    {Say::agency, {"Mã đơn vị {value} không hợp lệ", "Đơn vị không hợp lệ"}},
    {Say::survey_sum, {"Tổng phần trăm đánh giá không hợp lệ: {field}"}},
    {Say::service_unknown, {"Dịch vụ {value} không hợp lệ"}},
    {Say::body, {"Dữ liệu gửi lên không đúng định dạng JSON"}},
    {Say::session,
     {"Phiên làm việc không tồn tại hoặc đã hết hạn",
      "Session không hợp lệ",
      "Phiên làm việc đã hết hạn"}},
    {Say::login, {"Tên đăng nhập hoặc mật khẩu không hợp lệ"}},
    {Say::overload, {"Hệ thống quá tải, vui lòng thử lại sau"}},
    {Say::file_missing, {"Không tìm thấy tệp {value}"}},
    {Say::failed,
     {"Đồng bộ không thành công", "Xử lý không thành công, vui lòng liên hệ quản trị"}},
};

const Texts& texts(Say what) {
    return table.at(what);
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
