var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestVideo({
instruction: "A video of a cat walking"
}).then(function (res) {
// handle response here
});
