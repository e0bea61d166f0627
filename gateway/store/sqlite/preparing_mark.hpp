// Which leg is being prepared, in a file of 8 bytes beside the store.
#pragma once

#include "gateway/core/model.hpp"

#include <string>

namespace gw::store::sqlite {

/// Written and never flushed: what the kernel holds outlives the process, and a power cut is no
/// fault of a message. One thread.
class PreparingMark {
public:
    /// Throws std::runtime_error with a remedy.
    explicit PreparingMark(const std::string& folder);
    ~PreparingMark();
    PreparingMark(const PreparingMark&) = delete;
    PreparingMark& operator=(const PreparingMark&) = delete;
    /// What the process before this one was preparing when it died; 0 = nothing.
    core::LegId left() const { return left_; }
    /// 0 = nothing any more.
    void set(core::LegId leg);

private:
    int file_ = -1;
    core::LegId left_{};
};

}  // namespace gw::store::sqlite
