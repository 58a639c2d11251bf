var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestImage({
instruction: "A picture of a birthday cake"
}).then(function (res) {
// handle response here
});
