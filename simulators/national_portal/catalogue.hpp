// The portal's catalogue: procedures (public and invented codes) and dictionaries.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::national_portal {

struct Procedure {
    Procedure() = default;
    std::string id, code, name, field_code, field_name;
    std::string days;                      // working days; "" = no deadline
    std::string fee;                       // VND; "" = none
    std::string result_code, result_name;  // "" = yields no paper
    bool has_deadline() const { return !days.empty(); }
    bool has_fee() const { return !fee.empty(); }
    bool yields_paper() const { return !result_code.empty(); }
};

class Catalogue {
public:
    explicit Catalogue(const std::map<std::string, std::string>& more = {});
    /// Short or long code; the first eight characters decide. Null: unknown.
    const Procedure* find(std::string_view code) const;
    const std::vector<Procedure>& procedures() const { return procedures_; }

    // JSON of a result, as each service gives it.
    std::string list() const;                            // LayDanhSachTTHC
    std::string procedure(std::string_view code) const;  // LayThuTuc; "[]" when unknown
    std::string decision(std::string_view id) const;     // LayQDCB; "[]" when unknown
    std::string services() const;                        // LayDVC: {"data": […]}

private:
    std::vector<Procedure> procedures_;
};

/// Rows of a LayDanhMuc… service ("LayDanhMucGioiTinh"); nullopt: no such dictionary.
std::optional<std::string> dictionary(std::string_view service);

}  // namespace sim::national_portal
